"""What the tests need besides Python: the built program, and models beside the repository."""

import os

_ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
QPX = os.environ.get("QPX", os.path.join(_ROOT, ".build", "debug", "qpx"))
SHARED = os.environ.get("QPX_SHARED", os.path.join(os.path.dirname(_ROOT), "shared"))
MODELS = os.path.join(SHARED, "models")
RUNNER = os.path.join(_ROOT, "runners", "qpx_runner.py")
REASON = None
if not os.path.exists(QPX):
    REASON = f"{QPX} is not built"
elif not os.path.isdir(MODELS):
    REASON = "the models are not beside this checkout"
