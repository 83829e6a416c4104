"""Bodies that ticket systems send, made after their documentation: no live system was asked."""

from __future__ import annotations

from typing import Any

Body = dict[str, Any]


def github(
    state: str = "approved", *, action: str = "submitted", user: str | None = "priya-nair",
    at: str = "2026-09-28T15:30:00Z", changed: str | None = None, review: int = 80,
    branch: str = "release/credit-risk/3", number: int = 42, title: str = "Release",
    text: str | None = "Slices and calibration reviewed.", sender: str = "priya-nair",
) -> Body:  # fmt: skip
    """Return a delivery of `pull_request_review`."""
    return {
        "action": action,
        "review": {
            "id": review, "node_id": "PRR_x", "body": text, "commit_id": "0" * 40,
            "submitted_at": at, "state": state,
            "user": None if user is None else {"login": user, "id": 1, "type": "User"},
            "html_url": "https://github.example.org/northwind/model-releases/pull/42",
            "author_association": "MEMBER",
        },
        "pull_request": {
            "number": number, "title": title, "updated_at": changed or at, "state": "open",
            "html_url": "https://github.example.org/northwind/model-releases/pull/42",
            "user": {"login": "jonas-weber", "type": "User"},
            "head": {"ref": branch, "sha": "0" * 40}, "base": {"ref": "main"},
            "labels": [{"name": "model"}],
        },
        "repository": {"full_name": "northwind/model-releases", "private": True},
        "sender": {"login": sender, "type": "User"},
    }  # fmt: skip


def gitlab(
    action: str = "approved", *, user: str = "tomas.herrera", at: str = "2026-09-28 15:30:00 UTC",
    branch: str = "release/credit-risk/3", reset: str | None = None,
) -> Body:  # fmt: skip
    """Return a delivery of the merge request webhook."""
    by_system = {"system": True, "system_action": reset} if reset else {"system": False}
    return {
        "object_kind": "merge_request", "event_type": "merge_request",
        "user": {"id": 7, "name": "Tomas Herrera", "username": user, "email": "tomas@example.org"},
        "project": {"id": 3, "path_with_namespace": "northwind/releases"},
        "object_attributes": {
            "id": 90, "iid": 17, "title": "Release", "source_branch": branch,
            "target_branch": "main", "updated_at": at, "action": action, "state": "opened",
            "url": "https://gitlab.example.org/northwind/releases/-/merge_requests/17",
            "last_commit": {"id": "1" * 40}, **by_system,
        },
        "changes": {}, "labels": [], "reviewers": [],
    }  # fmt: skip


def jira(
    before: str = "Waiting", after: str = "Approved", *, user: str = "ingrid@example.org",
    at: int = 1_790_609_400_000, change: str = "10500", summary: str = "Compliance [credit-risk/3]",
    others: int = 1, event: str = "jira:issue_updated", kind: str = "Compliance approval",
) -> Body:  # fmt: skip
    """Return a delivery of `jira:issue_updated`; a resolution is set with the status."""
    status = {"field": "status", "fieldtype": "jira", "fromString": before, "toString": after}
    other = {"field": "resolution", "fieldtype": "jira", "fromString": None, "toString": "Done"}
    return {
        "timestamp": at, "webhookEvent": event, "issue_event_type_name": "issue_generic",
        "user": {"accountId": "557058:1", "emailAddress": user, "accountType": "atlassian",
                 "displayName": "Ingrid Solheim"},
        "issue": {
            "id": "10073", "key": "GOV-7", "self": "https://jira.example.org/rest/api/2/issue/10073",
            "fields": {"summary": summary, "issuetype": {"name": kind},
                       "status": {"name": after}, "resolution": {"name": "Done"}},
        },
        "changelog": {"id": change, "items": [*[other] * others, status]},
    }  # fmt: skip


def servicenow(*records: Body) -> Body:
    """Return an answer of the Table API."""
    return {"result": list(records)}


def approver(
    state: str = "approved", *, email: str = "oscar@example.org", at: str = "2026-09-28 15:30:00",
    id_: str = "a" * 32, by: str = "oscar.mensah", subject: str = "Deploy [credit-risk/3]",
) -> Body:  # fmt: skip
    """Return a record of `sysapproval_approver`."""
    return {
        "sys_id": id_, "state": state, "comments": "Window agreed.", "sys_updated_on": at,
        "sys_updated_by": by, "approver.email": email, "approver.user_name": "oscar.mensah",
        "group.assignment_group.name": "Release managers", "sysapproval.number": "CHG0030002",
        "sysapproval.short_description": subject,
    }  # fmt: skip
