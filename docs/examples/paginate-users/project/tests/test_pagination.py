"""The pages of GET /users."""

import pytest
from fastapi.testclient import TestClient

from app.main import app

client = TestClient(app)


def get(**query):
    return client.get("/users", params=query)


def test_the_default_page_has_twenty_users():
    body = get().json()
    assert [user["id"] for user in body["items"]] == list(range(1, 21))
    assert (body["page"], body["page_size"], body["total"]) == (1, 20, 57)


def test_a_page_in_the_middle():
    body = get(page=3, page_size=10).json()
    assert [user["id"] for user in body["items"]] == list(range(21, 31))


def test_the_last_page_may_be_short():
    assert len(get(page=6, page_size=10).json()["items"]) == 7


def test_a_page_after_the_last_is_empty():
    body = get(page=7, page_size=10).json()
    assert body["items"] == []
    assert body["total"] == 57


@pytest.mark.parametrize("query", [{"page": 0}, {"page": -1}, {"page_size": 0}, {"page_size": 101}, {"page": "x"}])
def test_a_value_out_of_range_is_refused(query):
    assert get(**query).status_code == 422
