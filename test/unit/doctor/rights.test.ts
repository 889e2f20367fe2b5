import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  excessRights,
  grantStatement,
  missingRights,
  namesRoles,
  rightsOf,
} from '../../../src/services/doctor/rights.ts';

const needed = rightsOf([
  "GRANT SELECT, INSERT ON `shop`.movements TO 'inv'@'%'",
  "GRANT EXECUTE ON PROCEDURE `shop`.post_one_line TO 'inv'@'%'",
]);

describe('what an account lacks', () => {
  test.each([
    ['nothing at all', ["GRANT USAGE ON *.* TO 'inv'@'%' IDENTIFIED BY PASSWORD '*A'"], 3],
    ['another database', ['GRANT ALL PRIVILEGES ON `shop2`.* TO x'], 3],
    ['columns only', ['GRANT SELECT (id, line), INSERT ON `shop`.`movements` TO x'], 2],
    ['one privilege of two', ['GRANT SELECT ON `shop`.`movements` TO x'], 2],
    ['the database, exactly', ['GRANT SELECT, INSERT, EXECUTE ON `shop`.* TO x'], 0],
    ['a pattern', ['GRANT ALL PRIVILEGES ON `sh%`.* TO x WITH GRANT OPTION'], 0],
    ['an escaped pattern', ['GRANT ALL PRIVILEGES ON `sh\\_p`.* TO x'], 3],
    ['everything', ["GRANT ALL PRIVILEGES ON *.* TO 'root'@'localhost' WITH GRANT OPTION"], 0],
    [
      'the words of MySQL',
      [
        'GRANT SELECT, INSERT ON `shop`.`movements` TO `inv`@`%`',
        'GRANT EXECUTE ON PROCEDURE `shop`.`post_one_line` TO `inv`@`%`',
      ],
      0,
    ],
  ])('with %s', (_, grants, missing) => {
    expect(missingRights(needed, rightsOf(grants))).toHaveLength(missing);
  });

  test('is named as the GRANT that gives it', () => {
    expect(grantStatement(needed, "'inv'@'%'")).toBe(
      "GRANT SELECT, INSERT ON shop.movements TO 'inv'@'%'; " +
        "GRANT EXECUTE ON PROCEDURE shop.post_one_line TO 'inv'@'%';",
    );
  });
});

describe('what an account may do too much', () => {
  test('is to change or remove lines of the ledger, and to administer', () => {
    const held = rightsOf([
      'GRANT SELECT, INSERT, UPDATE, DELETE ON `shop`.* TO x',
      'GRANT SUPER, SELECT ON *.* TO x',
      'GRANT UPDATE ON `shop`.`stock` TO x',
      'GRANT DELETE ON `other`.* TO x',
    ]);
    expect(excessRights(held, 'shop')).toEqual([
      { privilege: 'UPDATE', scope: 'shop.*' },
      { privilege: 'DELETE', scope: 'shop.*' },
      { privilege: 'SUPER', scope: '*.*' },
    ]);
  });

  test('is not what inv needs', () => {
    expect(excessRights(needed, 'shop')).toEqual([]);
  });
});

test('a role is seen, and a grant is not taken for one', () => {
  expect(namesRoles(['GRANT `clerk`@`%` TO `inv`@`%`'])).toBe(true);
  expect(namesRoles(['GRANT SELECT ON *.* TO `inv`@`%`'])).toBe(false);
});

test('a grant on a database with any name reaches that database', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Za-z0-9_$-]{1,20}$/), (name) => {
      const escaped = name.replace(/[_%]/g, '\\$&');
      const held = rightsOf([`GRANT SELECT ON \`${escaped}\`.* TO x`]);
      expect(missingRights([{ privilege: 'SELECT', scope: `${name}.stock` }], held)).toEqual([]);
    }),
  );
});
