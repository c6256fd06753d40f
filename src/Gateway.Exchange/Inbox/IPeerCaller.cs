using Gateway.Contracts.Exchange.V1;

namespace Gateway.Exchange.Inbox;

/// <summary>The receiver's end of one session, whatever carries it. One task may write and one may read at a time.</summary>
public interface IPeerCaller
{
    /// <summary>The next frame, or null when the sender said that nothing more will come.</summary>
    /// <exception cref="InvalidDataException">What came is no frame: it is cut, too large, or nothing of this protocol.</exception>
    /// <exception cref="IOException">The sender is gone.</exception>
    Task<SenderFrame?> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Sends a frame.</summary>
    Task WriteAsync(ReceiverFrame frame, CancellationToken cancellationToken);
}
