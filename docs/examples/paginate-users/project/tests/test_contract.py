"""What clients rely on, whatever the shape of the answer around it."""

from fastapi.testclient import TestClient

from app.main import app

client = TestClient(app)


def users_of(body):
    return body if isinstance(body, list) else body["items"]


def test_users_have_the_fields_that_clients_rely_on():
    for user in users_of(client.get("/users").json()):
        assert set(user) == {"id", "name", "email"}


def test_the_first_user_comes_first():
    assert users_of(client.get("/users").json())[0]["id"] == 1
