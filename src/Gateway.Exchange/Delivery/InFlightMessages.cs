using Gateway.Exchange.Outbox;

namespace Gateway.Exchange.Delivery;

/// <summary>Messages that were sent on a session and have no answer yet. Written by the writer, emptied by the reader.</summary>
internal sealed class InFlightMessages
{
    private readonly Lock _changing = new();
    private readonly Dictionary<(string AgreementId, long Sequence), SealedBatch> _messages = [];

    public int Count
    {
        get
        {
            lock (_changing)
            {
                return _messages.Count;
            }
        }
    }

    public void Add(SealedBatch message)
    {
        lock (_changing)
        {
            _messages[(message.Channel.AgreementId, message.Sequence)] = message;
        }
    }

    /// <returns>The message, or null when no answer is expected for it.</returns>
    public SealedBatch? Take(string agreementId, ulong sequence)
    {
        lock (_changing)
        {
            return _messages.Remove((agreementId, (long)sequence), out var message) ? message : null;
        }
    }
}
