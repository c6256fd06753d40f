using Gateway.Exchange.Evidence;
using Gateway.Exchange.Inbox;
using Gateway.Exchange.Ledgers;
using Gateway.Exchange.Mappings;
using Gateway.Exchange.Outbox;

namespace Gateway.Exchange;

/// <summary>Everything the exchange keeps. It sees ciphertext, keyed digests and signed evidence, never content.</summary>
public interface IExchangeStore : IBindingStore, IOutboxStore, IInboxStore, IEvidenceStore, ILedgerStore, IAsyncDisposable
{
}
