"""What looks across the apps in admin: a company's page with its steps, and «Nueva cuenta»."""
