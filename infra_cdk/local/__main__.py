"""The command line: `python -m infra_cdk.local <command>`."""

import sys

from infra_cdk.local.cli import main

sys.exit(main())
