using System.Security.Cryptography;
using Gateway.Contracts.Exchange.V1;
using Gateway.Sealing.Signatures;

namespace Gateway.Server.Conformance;

/// <summary>Clause 3: a channel loses nothing, takes nothing twice and keeps its order.</summary>
internal static class ChannelChecks
{
    private static readonly string OutOfSequence = Came.Refused(RefusalCode.OutOfSequence);
    private static readonly string Equivocation = Came.Refused(RefusalCode.Equivocation);

    public static IReadOnlyList<ConformanceCheck> All { get; } =
    [
        new("3.1", "the same message again", [Came.OriginalReceipt], ReplayAsync),
        new("3.1", "the same message again on a new session", [Came.OriginalReceipt], ReplayAfterAsync),
        new("3.2", "a message that leaves a sequence out", [OutOfSequence], (tester, ct) => NextAsync(tester, context => context with { Sequence = context.Sequence + 1 }, ct)),
        new("3.2", "the next two messages in the wrong order", [OutOfSequence], ReorderedAsync),
        new("3.2", "a message whose previous hash is another", [OutOfSequence], (tester, ct) => NextAsync(tester, context => context with { PreviousMessageHash = new byte[32] }, ct)),
        new("3.3", "a sequence that was there with other content", [Equivocation], (tester, ct) => AgainAsync(tester, (context, kept) => context with { Sequence = kept.Sequence, PreviousMessageHash = kept.PreviousMessageHash }, ct)),
        new("3.3", "a message id that was there with other content", [Equivocation], (tester, ct) => AgainAsync(tester, (context, kept) => context with { MessageId = kept.MessageId }, ct)),
        new("3.4", "a message of an epoch that is over", [Came.Refused(RefusalCode.Fenced)], OldEpochAsync),
        new("3.5", "the right message after all of that", [Came.Receipt], (tester, ct) => NextAsync(tester, context => context, ct)),
        new("3.6", "a change of a mapping that was kept", [Came.Receipt, Came.NotOffered], (tester, ct) => ChangeAsync(tester, isKept: true, ct)),
        new("3.6", "a change of a mapping that never came", [Came.Receipt, Came.NotOffered], (tester, ct) => ChangeAsync(tester, isKept: false, ct)),
    ];

    private static async Task<string> ChangeAsync(Tester tester, bool isKept, CancellationToken cancellationToken)
    {
        await using var session = await tester.WelcomedAsync(cancellationToken, Capability.MappingChange);
        if (!session.Capabilities.Contains(Capability.MappingChange))
        {
            return Came.NotOffered;
        }

        var mapping = tester.Mapping();
        if (isKept)
        {
            await tester.KeptAsync(session, mapping, cancellationToken);
            await tester.KeptAsync(session, tester.Changed(mapping), cancellationToken);
            return Came.Receipt;
        }

        return await session.AskAsync(tester.Seal(session, tester.Changed(mapping)).Frame, cancellationToken);
    }

    private static async Task<string> ReplayAsync(Tester tester, CancellationToken cancellationToken)
    {
        await using var session = await tester.WelcomedAsync(cancellationToken);
        var message = tester.Seal(session, tester.Mapping());
        return await CompareAsync(tester, session, session, message.Frame, cancellationToken);
    }

    private static async Task<string> ReplayAfterAsync(Tester tester, CancellationToken cancellationToken)
    {
        await using var before = await tester.WelcomedAsync(cancellationToken);
        var message = tester.Seal(before, tester.Mapping());
        var first = await before.AskAsync(message.Frame, cancellationToken);
        if (first != Came.Receipt)
        {
            return first;
        }

        var original = tester.Open(before.Frame!.Receipt)!;
        await using var after = await tester.WelcomedAsync(cancellationToken);
        message.Frame.Epoch = after.Channel.Epoch;
        return await SameAsync(tester, after, message.Frame, original, cancellationToken);
    }

    private static async Task<string> CompareAsync(
        Tester tester, TesterSession session, TesterSession again, SealedMessage frame, CancellationToken cancellationToken)
    {
        var first = await session.AskAsync(frame, cancellationToken);
        return first == Came.Receipt
            ? await SameAsync(tester, again, frame, tester.Open(session.Frame!.Receipt)!, cancellationToken)
            : first;
    }

    private static async Task<string> SameAsync(Tester tester, TesterSession session, SealedMessage frame, byte[] original, CancellationToken cancellationToken)
    {
        var came = await session.AskAsync(frame, cancellationToken);
        return came != Came.Receipt ? came
            : tester.Open(session.Frame!.Receipt).AsSpan().SequenceEqual(original) ? Came.OriginalReceipt
            : "another receipt";
    }

    private static async Task<string> NextAsync(Tester tester, Func<ExchangeContext, ExchangeContext> change, CancellationToken cancellationToken)
    {
        await using var session = await tester.WelcomedAsync(cancellationToken);
        await tester.KeptAsync(session, tester.Mapping(), cancellationToken);
        return await session.AskAsync(tester.Seal(session, tester.Mapping(), new MessageChange { Context = change }).Frame, cancellationToken);
    }

    private static async Task<string> ReorderedAsync(Tester tester, CancellationToken cancellationToken)
    {
        await using var session = await tester.WelcomedAsync(cancellationToken);
        var first = tester.Seal(session, tester.Mapping());
        Tester.Continue(session, first);
        var second = tester.Seal(session, tester.Mapping());
        return await session.AskAsync(second.Frame, cancellationToken);
    }

    private static async Task<string> AgainAsync(Tester tester, Func<ExchangeContext, ExchangeContext, ExchangeContext> change, CancellationToken cancellationToken)
    {
        await using var session = await tester.WelcomedAsync(cancellationToken);
        ExchangeContext? kept = null;
        var first = tester.Seal(session, tester.Mapping(), new MessageChange
        {
            Context = context => kept = context with { MessageId = RandomNumberGenerator.GetBytes(ExchangeContext.MessageIdBytes) },
        });
        var came = await session.AskAsync(first.Frame, cancellationToken);
        if (came != Came.Receipt)
        {
            return came;
        }

        Tester.Continue(session, first);
        var other = tester.Seal(session, tester.Mapping(), new MessageChange { Context = context => change(context, kept!) });
        return await session.AskAsync(other.Frame, cancellationToken);
    }

    private static async Task<string> OldEpochAsync(Tester tester, CancellationToken cancellationToken)
    {
        await using var session = await tester.WelcomedAsync(cancellationToken);
        var message = tester.Seal(session, tester.Mapping());
        message.Frame.Epoch--;
        return await session.AskAsync(message.Frame, cancellationToken);
    }
}
