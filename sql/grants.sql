-- What the application account may do. `inv db migrate` applies this on the private server; on a
-- server of your own, replace {database} and {account} and let the administrator run it.
-- The application reads the ledger and adds to it; it can neither change nor remove a line.
GRANT SELECT, INSERT, UPDATE ON {database}.products TO {account};
GRANT SELECT, INSERT, DELETE ON {database}.barcodes TO {account};
GRANT SELECT, INSERT, UPDATE ON {database}.suppliers TO {account};
GRANT SELECT, INSERT, UPDATE, DELETE ON {database}.product_suppliers TO {account};
GRANT SELECT, INSERT, UPDATE ON {database}.locations TO {account};
GRANT SELECT, INSERT, UPDATE ON {database}.stock TO {account};
GRANT SELECT, INSERT ON {database}.postings TO {account};
GRANT SELECT, INSERT ON {database}.movements TO {account};
GRANT SELECT, INSERT, UPDATE ON {database}.settlement_progress TO {account};
GRANT SELECT, INSERT, DELETE ON {database}.settlement_log TO {account};
GRANT SELECT, INSERT, UPDATE ON {database}.pools TO {account};
GRANT SELECT, INSERT ON {database}.pool_operations TO {account};
GRANT SELECT, INSERT, UPDATE ON {database}.orders TO {account};
GRANT SELECT, INSERT, UPDATE ON {database}.parked_events TO {account};
GRANT SELECT ON {database}.schema_migrations TO {account};
GRANT EXECUTE ON PROCEDURE {database}.post_one_line TO {account};
GRANT SELECT, INSERT, UPDATE, DELETE ON {database}.ledger_seals TO {account};
GRANT SELECT, UPDATE ON {database}.ledger_seal_position TO {account};
GRANT SELECT, INSERT, UPDATE ON {database}.reconcile_runs TO {account};
GRANT SELECT, INSERT, UPDATE ON {database}.reconcile_findings TO {account};
GRANT SELECT, INSERT, UPDATE, DELETE ON {database}.check_requests TO {account};
