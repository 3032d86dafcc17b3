"""The users resource."""

from fastapi import APIRouter

from app.directory import User, directory

router = APIRouter(prefix="/users")


@router.get("")
def list_users() -> list[User]:
    """All users."""
    return directory.all()
