"""What auditors take away: OSCAL, a workbook, a summary, and the tables behind them."""
