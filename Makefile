# The short face of packaging/bootstrap.py, which does the work on every platform.
# Arguments go through ARGS: make run ARGS="--listen sample"

PYTHON ?= python3
VERBS = run test lint bench soak build setup lock

.PHONY: $(VERBS)

$(VERBS):
	@$(PYTHON) packaging/bootstrap.py $@ $(ARGS)
