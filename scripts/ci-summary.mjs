// Adds up what .ci/run has run, and prints it as one line:
//
//   node scripts/ci-summary.mjs TESTS.json EXIT_CODE CHECKS.json EXIT_CODE
import { readFileSync } from 'node:fs';
import process from 'node:process';

const [testsFile, testsExit, checksFile, checksExit] = process.argv.slice(2);
const tests = countTests(readReport(testsFile), Number(testsExit));
const checks = countChecks(readReport(checksFile), Number(checksExit));
const passed = tests.passed + checks.passed;
const failed = tests.failed + checks.failed;
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 && tests.passed > 0 && checks.passed > 0 ? 0 : 1;

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** A file that could not be loaded has no tests to fail, and a leak is no test: both count as one. */
function countTests(report, exitCode) {
  if (report === undefined) return { passed: 0, failed: 1 };
  const unloadable = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  );
  const failed = report.numFailedTests + unloadable.length;
  return { passed: report.numPassedTests, failed: atLeastOne(failed, exitCode) };
}

function countChecks(report, exitCode) {
  if (report === undefined) return { passed: 0, failed: 1 };
  return { passed: report.passed, failed: atLeastOne(report.failed, exitCode) };
}

function atLeastOne(failed, exitCode) {
  return failed === 0 && exitCode !== 0 ? 1 : failed;
}
