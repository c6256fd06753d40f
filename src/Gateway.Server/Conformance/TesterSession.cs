using System.Security.Authentication;
using Gateway.Contracts.Exchange.V1;
using Gateway.Exchange.Peers;
using Grpc.Core;

namespace Gateway.Server.Conformance;

/// <summary>One session of the tester, on a connection of its own: any frame in any order, and what came back in words.</summary>
internal sealed class TesterSession(IPeerSession session, TimeSpan patience) : IAsyncDisposable
{
    /// <summary>State of the channel as of the Welcome.</summary>
    public ChannelState Channel { get; private set; } = new();

    /// <summary>What the peer said it can, of what was offered to it.</summary>
    public IReadOnlyList<Capability> Capabilities { get; private set; } = [];

    /// <summary>The last frame that came.</summary>
    public ReceiverFrame? Frame { get; private set; }

    /// <summary>Takes the Welcome of an honest Hello.</summary>
    public async Task<string> WelcomedAsync(Hello hello, CancellationToken cancellationToken)
    {
        var came = await AskAsync(new SenderFrame { Hello = hello }, cancellationToken);
        Channel = Frame?.Welcome?.Channels.FirstOrDefault() ?? new ChannelState();
        Capabilities = Frame?.Welcome is { } welcome ? [.. welcome.Capabilities] : [];
        return came;
    }

    /// <summary>Sends a frame and waits for the answer to it.</summary>
    public async Task<string> AskAsync(SenderFrame frame, CancellationToken cancellationToken)
    {
        await TrySendAsync(frame, cancellationToken);
        return await NextAsync(cancellationToken);
    }

    public Task<string> AskAsync(SealedMessage message, CancellationToken cancellationToken) => AskAsync(new SenderFrame { Message = message }, cancellationToken);

    /// <summary>Sends a frame. A session that broke while it was sent says so when it is read.</summary>
    public async Task TrySendAsync(SenderFrame frame, CancellationToken cancellationToken)
    {
        try
        {
            await session.WriteAsync(frame, cancellationToken);
        }
        catch (PeerUnreachableException)
        {
            // Reading tells the status.
        }
    }

    /// <summary>Says that nothing more will be sent.</summary>
    public Task CompleteAsync() => session.CompleteAsync();

    /// <summary>What comes next but heartbeats.</summary>
    public async Task<string> NextAsync(CancellationToken cancellationToken)
    {
        string came;
        do
        {
            came = await AnyAsync(patience, cancellationToken);
        }
        while (came == Came.Heartbeat);
        return came;
    }

    /// <summary>What comes next, heartbeats too.</summary>
    public async Task<string> AnyAsync(TimeSpan within, CancellationToken cancellationToken)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        late.CancelAfter(within);
        try
        {
            Frame = await session.ReadAsync(late.Token);
            return Frame is null ? Came.EndedWell : Came.Of(Frame);
        }
        catch (PeerUnreachableException broken)
        {
            return Describe(broken.InnerException);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Came.Nothing;
        }
    }

    public ValueTask DisposeAsync() => session.DisposeAsync();

    // A refused handshake never becomes a call, whatever status the client makes of it: in TLS 1.3 a client believes the handshake done before its
    // certificate was looked at, and meets the refusal as a broken first read.
    private string Describe(Exception? broken) => broken switch
    {
        RpcException { Status.DebugException: HttpRequestException or IOException or AuthenticationException } when Frame is null => Came.NoConnection,
        RpcException refused => Came.Ended(refused.StatusCode),
        _ => Came.NoConnection,
    };
}
