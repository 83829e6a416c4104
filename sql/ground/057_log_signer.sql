-- object: silver.log_signer
-- kind: ground
-- grain: one row per key that the workspace's log has had: its name and identifier, and the line of a .pub file without its comment; Python adds them
create table if not exists silver.log_signer (
    log_key varchar primary key,
    public_key varchar
);
