-- Why somebody opened, topped up, closed or released units of a pool, in his words.
ALTER TABLE pool_operations ADD COLUMN reason VARCHAR(200) NULL AFTER quantity;
