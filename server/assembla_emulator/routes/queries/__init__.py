"""How requests say which rows they want: ids, dates, sort orders, ticket reports."""
