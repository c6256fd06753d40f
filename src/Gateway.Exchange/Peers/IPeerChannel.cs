using Gateway.Contracts.Exchange.V1;

namespace Gateway.Exchange.Peers;

/// <summary>Opens sessions with peers: over the network, or within one process where two nodes are tested on one clock.</summary>
public interface IPeerChannel
{
    /// <summary>Connects and opens one session. Nothing has been said when it returns.</summary>
    /// <exception cref="PeerUnreachableException">There was no connection, or the peer's certificate did not hold.</exception>
    Task<IPeerSession> OpenAsync(Peer peer, CancellationToken cancellationToken);
}

/// <summary>The sender's end of one session. One task may write and one may read at a time.</summary>
public interface IPeerSession : IAsyncDisposable
{
    /// <summary>Sends a frame.</summary>
    /// <exception cref="PeerUnreachableException">The session is broken.</exception>
    Task WriteAsync(SenderFrame frame, CancellationToken cancellationToken);

    /// <summary>The next frame, or null when the peer ended the session well.</summary>
    /// <exception cref="PeerUnreachableException">The session is broken, or the peer refused it.</exception>
    Task<ReceiverFrame?> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Says that nothing more will be sent.</summary>
    Task CompleteAsync();
}

/// <summary>What keeps a session from working.</summary>
public enum PeerFault
{
    /// <summary>No connection, or it broke: try again.</summary>
    Unreachable,

    /// <summary>The peer does not let us in. Waiting does not cure it; an operator has to act.</summary>
    Refused,
}

/// <summary>A session could not be opened or broke. The message says which, for our own log; it carries nothing a peer wrote.</summary>
public sealed class PeerUnreachableException : Exception
{
    /// <summary>Makes one with a fault that trying again may cure.</summary>
    public PeerUnreachableException()
        : this("The peer cannot be reached.")
    {
    }

    /// <summary>Makes one with a fault that trying again may cure.</summary>
    public PeerUnreachableException(string message)
        : this(PeerFault.Unreachable, message, null)
    {
    }

    /// <summary>Makes one with a fault that trying again may cure.</summary>
    public PeerUnreachableException(string message, Exception? innerException)
        : this(PeerFault.Unreachable, message, innerException)
    {
    }

    /// <summary>Makes one.</summary>
    public PeerUnreachableException(PeerFault fault, string message, Exception? innerException)
        : base(message, innerException) => Fault = fault;

    /// <summary>Whether trying again may cure it.</summary>
    public PeerFault Fault { get; }
}
