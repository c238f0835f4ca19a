"""Addresses of the account pages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from clairevoie.web.accounts.views import account, entrance, organisations

app_name = "accounts"
urlpatterns: list[URLPattern | URLResolver] = [
    path("connexion/", entrance.sign_in, name="login"),
    path("deconnexion/", entrance.sign_out, name="logout"),
    path("invitation/", entrance.join, name="join"),
    path("invitation/<str:token>/", entrance.invitation_link, name="invitation"),
    path("nouveau-mot-de-passe/", entrance.new_password, name="new_password"),
    path("nouveau-mot-de-passe/<str:key>/", entrance.new_password_link, name="new_password_link"),
    path("compte/", account.home, name="home"),
    path("compte/au-nom-de/", account.act_as, name="act_as"),
    path("compte/mot-de-passe/", account.password, name="password"),
    path("compte/sessions/fermer/", account.close_sessions, name="close_sessions"),
    path("compte/cles/", account.add_token, name="add_token"),
    path("compte/cles/<int:pk>/revoquer/", account.drop_token, name="drop_token"),
    path("compte/organisations/", organisations.organisations, name="organisations"),
    path("compte/organisations/<int:pk>/", organisations.organisation, name="organisation"),
    path("compte/membres/<int:pk>/role/", organisations.set_role, name="set_role"),
    path("compte/membres/<int:pk>/retirer/", organisations.remove, name="remove_member"),
    path(
        "compte/membres/<int:pk>/mot-de-passe/",
        organisations.lost_password,
        name="lost_password",
    ),
    path("compte/invitations/<int:pk>/retirer/", organisations.withdraw, name="withdraw"),
]
