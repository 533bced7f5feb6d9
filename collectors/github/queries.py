"""The queries sent to GitHub's GraphQL interface; each list says how many, as GitHub demands."""

from __future__ import annotations

_REPOSITORY = """
fragment R on Repository {
  id databaseId nameWithOwner url isPrivate isFork isArchived isDisabled createdAt pushedAt diskUsage description
  stargazerCount owner { ... on User { databaseId } ... on Organization { databaseId } }
  licenseInfo { spdxId } repositoryTopics(first: 20) { nodes { topic { name } } } defaultBranchRef { name }
}
"""

ACTIVITIES = (
    """
query Activities(
  $login: String!, $reviewed: String!, $prs: String, $issues: String, $reviews: String,
  $withPrs: Boolean!, $withIssues: Boolean!, $withReviews: Boolean!, $withRest: Boolean!
) {
  rateLimit { cost remaining resetAt }
  user(login: $login) {
    databaseId login
    contributionsCollection @include(if: $withRest) { contributionYears }
    repositories(ownerAffiliations: OWNER, first: 1) @include(if: $withRest) { totalCount }
    repositoriesContributedTo(
      first: 50, contributionTypes: [COMMIT], includeUserRepositories: false,
      orderBy: {field: PUSHED_AT, direction: DESC}
    ) @include(if: $withRest) { nodes { ...R } }
    pullRequests(first: 50, after: $prs, orderBy: {field: UPDATED_AT, direction: DESC}) @include(if: $withPrs) {
      pageInfo { hasNextPage endCursor }
      nodes { number title url createdAt updatedAt merged repository { ...R } }
    }
    issues(first: 50, after: $issues, orderBy: {field: UPDATED_AT, direction: DESC}) @include(if: $withIssues) {
      pageInfo { hasNextPage endCursor }
      nodes { number title url createdAt updatedAt repository { ...R } }
    }
  }
  search(query: $reviewed, type: ISSUE, first: 50, after: $reviews) @include(if: $withReviews) {
    pageInfo { hasNextPage endCursor }
    nodes {
      ... on PullRequest {
        number title url createdAt updatedAt repository { ...R }
        reviews(first: 1, author: $login) { nodes { submittedAt url } }
      }
    }
  }
}
"""
    + _REPOSITORY
)

COMMITTED_TO = (
    """
query CommittedTo($login: String!, $from: DateTime!, $to: DateTime!) {
  rateLimit { cost remaining resetAt }
  user(login: $login) {
    contributionsCollection(from: $from, to: $to) {
      commitContributionsByRepository(maxRepositories: 100) { repository { ...R } }
    }
  }
}
"""
    + _REPOSITORY
)

RELEASES = """
query Releases($ids: [ID!]!) {
  rateLimit { cost remaining resetAt }
  nodes(ids: $ids) {
    ... on Repository {
      databaseId
      releases(first: 20, orderBy: {field: CREATED_AT, direction: DESC}) {
        nodes { databaseId tagName name url isDraft publishedAt author { databaseId } }
      }
    }
  }
}
"""

EVERY = {"Activities": ACTIVITIES, "CommittedTo": COMMITTED_TO, "Releases": RELEASES}
