# docker build -t skillfolio .     One image for the web server, the workers and migrations; see docs/deployment.md.
FROM python:3.12-slim

# git reads the histories
RUN apt-get update \
 && apt-get install --yes --no-install-recommends git \
 && rm -rf /var/lib/apt/lists/*

WORKDIR /app
COPY requirements-server.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements-server.lock

COPY pyproject.toml README.md LICENSE cli.py ./
COPY collectors ./collectors
COPY data ./data
COPY dashboard ./dashboard
COPY commands ./commands
RUN pip install --no-cache-dir --no-deps .

# what is read is hostile: nothing runs as root, and besides /tmp only /data can be written
RUN useradd --uid 10001 --no-create-home --home-dir /nonexistent skillfolio && install -d -o skillfolio -g skillfolio -m 700 /data
USER skillfolio
WORKDIR /data
ENV SKILLFOLIO_HOME=/data PORT=8050 PYTHONUNBUFFERED=1
VOLUME /data
EXPOSE 8050
HEALTHCHECK --start-period=30s CMD ["python", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/healthz', timeout=3)"]
CMD ["gunicorn", "--config", "python:dashboard.hosted", "cli:wsgi()"]
