"""How a database came to have its tables: one module for each step, run by Alembic."""
