using System.Threading.Channels;
using Gateway.Exchange.Peers;

namespace Gateway.Exchange.Tests.Nodes;

/// <summary>Beta played by hand against the sender of a node: it answers what it likes.</summary>
internal sealed class HandReceiver : IPeerChannel
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Channel<HandSession> _opened = Channel.CreateUnbounded<HandSession>();
    private int _attempts;

    /// <summary>What every attempt to connect meets, while it is set.</summary>
    public PeerUnreachableException? Refuses { get; set; }

    /// <summary>Attempts to connect so far.</summary>
    public int Attempts => Volatile.Read(ref _attempts);

    public Task<IPeerSession> OpenAsync(Peer peer, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _attempts);
        if (Refuses is { } refusal)
        {
            throw refusal;
        }

        var session = new HandSession();
        Assert.True(_opened.Writer.TryWrite(session));
        return Task.FromResult<IPeerSession>(session);
    }

    /// <summary>The next session the sender opens.</summary>
    public async Task<HandSession> NextAsync()
    {
        var reading = _opened.Reader.ReadAsync().AsTask();
        Assert.True(await Task.WhenAny(reading, Task.Delay(Patience)) == reading, "the sender opened no session in time");
        return await reading;
    }

    /// <summary>True when a session waits to be taken.</summary>
    public bool HasNext => _opened.Reader.Count > 0;
}
