using Gateway.Contracts.Exchange.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Gateway.Server.Conformance;

/// <summary>Clause 1: how a session begins, and for whom it does not.</summary>
internal static class SessionChecks
{
    private static readonly string NotUnderstood = Came.Ended(StatusCode.FailedPrecondition);

    public static IReadOnlyList<ConformanceCheck> All { get; } =
    [
        new("1.1", "an honest Hello", [Came.Welcome], HelloAsync),
        new("1.2", "a Hello of protocol version 2", [NotUnderstood], (tester, ct) => HelloAsync(tester, hello => hello.ProtocolVersion = 2, ct)),
        new("1.3", "a Hello in the name of another gateway", [Came.Ended(StatusCode.Unauthenticated)], (tester, ct) => HelloAsync(tester, hello => hello.GatewayUri = "xvide://somebody/else", ct)),
        new("1.4", "a TLS certificate of the same authority that is no gateway's", [Came.Ended(StatusCode.Unauthenticated), Came.Ended(StatusCode.Unavailable), Came.NoConnection], OtherIdentityAsync),
        new("1.5", "a Hello without channels", [NotUnderstood], (tester, ct) => HelloAsync(tester, hello => hello.Channels.Clear(), ct)),
        new("1.5", "a Hello with 65 channels", [NotUnderstood], (tester, ct) => HelloAsync(tester, hello => hello.Channels.Add(Enumerable.Repeat(tester.Offer(), 64)), ct)),
        new("1.6", "a heartbeat as the first frame", [NotUnderstood], HeartbeatFirstAsync),
        new("1.6", "a second Hello", [Came.Ended(StatusCode.InvalidArgument)], SecondHelloAsync),
        new("1.7", "a channel of an agreement that does not exist", [Came.Refused(RefusalCode.NotAgreed)], (tester, ct) => OfferAsync(tester, offer => offer.AgreementId = "no-such-agreement", ct)),
        new("1.7", "a channel of another revision", [Came.Refused(RefusalCode.NotAgreed)], (tester, ct) => OfferAsync(tester, offer => offer.AgreementRevision += 1000, ct)),
        new("1.7", "a channel of another text", [Came.Refused(RefusalCode.NotAgreed)], (tester, ct) => OfferAsync(tester, offer => offer.AgreementDigest = ByteString.CopyFrom(new byte[32]), ct)),
        new("1.8", "a newer session, and a message on the older", [Came.EndedWell, Came.Refused(RefusalCode.Fenced)], TakenOverAsync),
        new("1.9", "a Hello with a capability nobody knows", [Came.Welcome], UnknownCapabilityAsync),
    ];

    private static Task<string> HelloAsync(Tester tester, CancellationToken cancellationToken) => HelloAsync(tester, _ => { }, cancellationToken);

    private static async Task<string> HelloAsync(Tester tester, Action<Hello> change, CancellationToken cancellationToken)
    {
        await using var session = await tester.OpenAsync(cancellationToken);
        var hello = tester.Hello();
        change(hello);
        return await session.WelcomedAsync(hello, cancellationToken);
    }

    private static async Task<string> OtherIdentityAsync(Tester tester, CancellationToken cancellationToken)
    {
        using var other = tester.Keys.OpenOther("mapping-backend");
        await using var session = await tester.OpenAsync(other, cancellationToken);
        return await session.WelcomedAsync(tester.Hello(), cancellationToken);
    }

    private static async Task<string> HeartbeatFirstAsync(Tester tester, CancellationToken cancellationToken)
    {
        await using var session = await tester.OpenAsync(cancellationToken);
        return await session.AskAsync(new SenderFrame { Heartbeat = new Heartbeat { Number = 1 } }, cancellationToken);
    }

    private static async Task<string> SecondHelloAsync(Tester tester, CancellationToken cancellationToken)
    {
        await using var session = await tester.WelcomedAsync(cancellationToken);
        return await session.AskAsync(new SenderFrame { Hello = tester.Hello() }, cancellationToken);
    }

    private static async Task<string> OfferAsync(Tester tester, Action<ChannelOffer> change, CancellationToken cancellationToken)
    {
        await using var session = await tester.OpenAsync(cancellationToken);
        var hello = tester.Hello();
        change(hello.Channels[0]);
        var came = await session.WelcomedAsync(hello, cancellationToken);
        return came == Came.Welcome ? Came.Refused(session.Channel.Refusal) : came;
    }

    private static async Task<string> UnknownCapabilityAsync(Tester tester, CancellationToken cancellationToken)
    {
        const Capability Unknown = (Capability)9999;
        await using var session = await tester.WelcomedAsync(cancellationToken, Unknown);
        return session.Capabilities.Contains(Unknown) ? "welcome that promises it" : Came.Welcome;
    }

    private static async Task<string> TakenOverAsync(Tester tester, CancellationToken cancellationToken)
    {
        await using var older = await tester.WelcomedAsync(cancellationToken);
        var message = tester.Seal(older, tester.Mapping());
        await using var newer = await tester.WelcomedAsync(cancellationToken);
        return await older.AskAsync(message.Frame, cancellationToken);
    }
}
