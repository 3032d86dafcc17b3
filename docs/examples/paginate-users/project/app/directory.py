"""Where users are kept. In this service: in memory."""

from pydantic import BaseModel


class User(BaseModel):
    """One user, as clients see them."""

    id: int
    name: str
    email: str


NAMES = ["Ada", "Edsger", "Grace", "Barbara", "Donald", "Frances", "Tony"]


class Directory:
    """All users, ordered by id."""

    def __init__(self, count: int = 57) -> None:
        self._users = [self._make(number) for number in range(1, count + 1)]

    def all(self) -> list[User]:
        return list(self._users)

    @staticmethod
    def _make(number: int) -> User:
        name = NAMES[number % len(NAMES)]
        return User(id=number, name=f"{name} {number}", email=f"{name.lower()}{number}@example.org")


directory = Directory()
