using Gateway.Contracts.Exchange.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Gateway.Server.Conformance;

/// <summary>Clause 4: bounds, silence and the end of a session; and that what the tester left there is destroyed.</summary>
internal static class LimitChecks
{
    private const int TooManyBytes = (1024 * 1024) + 4096;

    // Silence of 15 s ends a session; a busy machine may be late.
    private static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(30);

    public static IReadOnlyList<ConformanceCheck> All { get; } =
    [
        new("4.1", "a frame of more than 1 MiB", [Came.Ended(StatusCode.ResourceExhausted), Came.Refused(RefusalCode.Malformed)], TooLargeAsync),
        new("4.2", "nothing for 15 s, looking for heartbeats", ["heartbeat, then end DeadlineExceeded"], SilentAsync),
        new("4.3", "a message, Drain and the end of our half", ["receipt, then end"], DrainAsync),
        new("4.4", "the version that erases a mapping", [Came.Receipt], EraseAsync),
    ];

    private static async Task<string> TooLargeAsync(Tester tester, CancellationToken cancellationToken)
    {
        await using var session = await tester.WelcomedAsync(cancellationToken);
        var frame = tester.Seal(session, tester.Mapping()).Frame;
        frame.Sealed = ByteString.CopyFrom(new byte[TooManyBytes]);
        return await session.AskAsync(frame, cancellationToken);
    }

    private static async Task<string> SilentAsync(Tester tester, CancellationToken cancellationToken)
    {
        await using var session = await tester.WelcomedAsync(cancellationToken);
        var heartbeats = 0;
        while (true)
        {
            var came = await session.AnyAsync(SilenceMax, cancellationToken);
            if (came != Came.Heartbeat)
            {
                return heartbeats > 0 ? $"heartbeat, then {came}" : came;
            }

            heartbeats++;
        }
    }

    private static async Task<string> DrainAsync(Tester tester, CancellationToken cancellationToken)
    {
        await using var session = await tester.WelcomedAsync(cancellationToken);
        await session.TrySendAsync(new SenderFrame { Message = tester.Seal(session, tester.Mapping()).Frame }, cancellationToken);
        await session.TrySendAsync(new SenderFrame { Drain = new Drain { DeadlineS = 10 } }, cancellationToken);
        await session.CompleteAsync();
        return $"{await session.NextAsync(cancellationToken)}, then {await session.NextAsync(cancellationToken)}";
    }

    private static async Task<string> EraseAsync(Tester tester, CancellationToken cancellationToken)
    {
        await using var session = await tester.WelcomedAsync(cancellationToken);
        var kept = tester.Kept ?? throw new ConformanceException("no mapping was kept before");
        return await session.AskAsync(tester.Seal(session, tester.Erased(kept)).Frame, cancellationToken);
    }
}
