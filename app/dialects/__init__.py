"""Wire languages of the services: pure, with neither socket nor clock."""
