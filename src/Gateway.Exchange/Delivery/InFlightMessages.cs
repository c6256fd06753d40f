using Gateway.Exchange.Outbox;

namespace Gateway.Exchange.Delivery;

/// <summary>Messages that were sent on a session and have no answer yet. Written by the writer, emptied by the reader.</summary>
internal sealed class InFlightMessages(TimeProvider time)
{
    private readonly Lock _changing = new();
    private readonly Dictionary<(string AgreementId, long Sequence), (SealedBatch Message, long SentAt)> _messages = [];

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

    /// <summary>How long the oldest has waited; 0 when none does.</summary>
    public TimeSpan OldestAge
    {
        get
        {
            lock (_changing)
            {
                return _messages.Count == 0 ? TimeSpan.Zero : time.GetElapsedTime(_messages.Values.Min(waiting => waiting.SentAt));
            }
        }
    }

    public void Add(SealedBatch message)
    {
        lock (_changing)
        {
            _messages[(message.Channel.AgreementId, message.Sequence)] = (message, time.GetTimestamp());
        }
    }

    /// <returns>The message, or null when no answer is expected for it.</returns>
    public SealedBatch? Take(string agreementId, ulong sequence)
    {
        lock (_changing)
        {
            return _messages.Remove((agreementId, (long)sequence), out var waiting) ? waiting.Message : null;
        }
    }

    /// <summary>Forgets what the receiver had not taken when a newer session took over: it is sent again there.</summary>
    public void ForgetAbove(string agreementId, long sequence)
    {
        lock (_changing)
        {
            foreach (var key in _messages.Keys.Where(key => key.AgreementId == agreementId && key.Sequence > sequence).ToArray())
            {
                _messages.Remove(key);
            }
        }
    }
}
