"""The service: its application and its routes."""

from fastapi import FastAPI

from app.routes import users

app = FastAPI(title="User service")
app.include_router(users.router)
