"""The site's settings, as the tests want them: nothing of the machine's own data is touched."""

import atexit
import os
import shutil
import tempfile

DATA = tempfile.mkdtemp(prefix=f"clairevoie-{os.environ.get('PYTEST_XDIST_WORKER', 'tests')}-")
atexit.register(shutil.rmtree, DATA, ignore_errors=True)

# Read by clairevoie.web.settings, so set before it is imported.
os.environ["CLAIREVOIE_DATA"] = f"{DATA}/data"
os.environ["CLAIREVOIE_KEYS"] = f"{DATA}/keys"
os.environ["CLAIREVOIE_SECRET_KEY"] = "only-for-the-tests-" + "x" * 50
os.environ["CLAIREVOIE_URL"] = "http://testserver"
os.environ.pop("CLAIREVOIE_DEBUG", None)
os.environ.pop("DATABASE_URL", None)
if "CLAIREVOIE_TEST_DATABASE_URL" in os.environ:
    os.environ["DATABASE_URL"] = os.environ["CLAIREVOIE_TEST_DATABASE_URL"]

from clairevoie.web.settings import *  # noqa: E402, F403
from clairevoie.web.settings import STATIC_ROOT, STORAGES, TEMPLATES  # noqa: E402
from tests.templates import UndefinedVariable  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
TEMPLATES[0]["OPTIONS"] |= {"string_if_invalid": UndefinedVariable()}  # type: ignore[operator]
# No `collectstatic` before the tests; whitenoise wants the folder all the same.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
STATIC_ROOT.mkdir(parents=True)
