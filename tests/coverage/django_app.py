# SPDX-License-Identifier: MIT
"""A Django application with a database, templates and sessions in memory: for gunicorn."""

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection, models
from django.http import HttpResponse, JsonResponse
from django.template import engines
from django.urls import path

settings.configure(
    ALLOWED_HOSTS=["*"],
    SECRET_KEY="for a test",
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth"],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": "file:shop?mode=memory&cache=shared",
            "OPTIONS": {"uri": True},
        }
    },
    CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
    SESSION_ENGINE="django.contrib.sessions.backends.cache",
    MIDDLEWARE=[
        "django.middleware.common.CommonMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
    ],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
)
django.setup()


class User(models.Model):
    name = models.CharField(max_length=100)
    joined = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "shop"


PAGE = engines["django"].from_string(
    "<ul>{% for user in users %}<li>{{ user.name|title }} {{ user.joined|date }}</li>{% endfor %}</ul>"
)
cache = {}


def show_user(request, number):
    user = User.objects.create(name=f"user {number}")
    request.session["seen"] = request.session.get("seen", 0) + 1
    cache[number] = {"id": user.pk, "name": user.name}
    return JsonResponse(cache[number])


def show_all(_request):
    return HttpResponse(PAGE.render({"users": User.objects.all()[:50]}))


urlpatterns = [path("users/<int:number>", show_user), path("", show_all)]

with connection.schema_editor() as editor:
    editor.create_model(User)
keep_database = connection.connection  # in memory as long as somebody is connected

application = get_wsgi_application()
