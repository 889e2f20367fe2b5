import { Command } from 'commander';
import { must } from '../../../domain/parse/parsed.ts';
import { parseRequestId } from '../../../domain/parse/request-id.ts';

export interface OrderByIdOptions {
  /** The request id under which the order was placed. */
  readonly requestId: string;
}

type Run = (options: OrderByIdOptions) => Promise<void>;

/** `inv order confirm ID` */
export function orderConfirmCommand(run: Run): Command {
  return byId('confirm', run)
    .summary('sell what a hold has set aside')
    .description(
      'Sells what a hold has set aside, as long as its time is not over. Confirming again gives the ' +
        'first answer.',
    );
}

/** `inv order cancel ID` */
export function orderCancelCommand(run: Run): Command {
  return byId('cancel', run)
    .summary('give a hold back')
    .description(
      'Gives back what a hold has set aside. What is sold is sold: inv stock undo books goods that ' +
        'come back.',
    );
}

/** `inv order show ID` */
export function orderShowCommand(run: Run): Command {
  return byId('show', run)
    .summary('what became of an order')
    .description('Shows what became of an order, from Redis and from the books.');
}

function byId(name: string, run: Run): Command {
  return new Command(name)
    .argument('<id>', 'the request id under which it was placed')
    .action((id: string) => run({ requestId: must(parseRequestId(id), 'order id') }));
}
