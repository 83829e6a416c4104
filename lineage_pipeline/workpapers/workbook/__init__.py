"""Working papers as one workbook: cover, scope, method, results, exceptions, populations."""
