using Gateway.Exchange.Ledgers;
using Gateway.Exchange.Outbox;

namespace Gateway.Exchange.Delivery;

/// <summary>What every session of this node works with.</summary>
internal sealed record SessionServices(
    IExchangeStore Store,
    BatchBuilder Batches,
    ReceiptKeeper Receipts,
    StatementSealing Statements,
    OutboxSignal Signal,
    DeliveryOptions Options,
    TimeProvider Time);
