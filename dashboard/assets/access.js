/* A session can end while a page is open (signed out elsewhere, too old, password changed). What the page then asks
   is answered 401; loading it anew shows where to sign in, and leads back here. */
(function () {
  const ask = window.fetch;
  window.fetch = async function (...what) {
    const answer = await ask.apply(this, what);
    if (answer.status !== 401 || new URL(answer.url).origin !== location.origin) return answer;
    location.reload();
    return new Promise(() => {}); // nobody is to look into the refusal: the page goes away
  };
})();
