using System.Diagnostics;
using Gateway.Contracts.Exchange.V1;
using Gateway.Contracts.Identification.V1;
using Gateway.Server.Tests.Nodes;
using Google.Protobuf;

namespace Gateway.Server.Tests.Peers;

/// <summary>Answers do not tell what exists (X-32): unknown, forbidden and over are one code, one size and one class of time.</summary>
public sealed class ExistenceTests(ExistenceTests.Pair pair) : IClassFixture<ExistenceTests.Pair>
{
    private const int Rounds = 15;

    // A machine that others use doubles a time now and then; looking something up that is not there must not be cheaper by an order.
    private const double TimeRatioMax = 3;

    private readonly RealPair _pair = pair.Nodes;

    [Fact]
    public async Task To_a_peer_an_agreement_that_is_unknown_over_or_of_others_is_the_same()
    {
        string[] offered = ["roaming-none", Some.EndedAgreementId, "roaming-gama"];
        var times = offered.ToDictionary(id => id, _ => new List<double>());
        var answers = new HashSet<string>();
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var id in offered)
            {
                var (state, milliseconds) = await OfferAsync(id);
                times[id].Add(milliseconds);
                answers.Add($"{state.Refusal} {state.Epoch} {state.LastSequence} {state.LastMessageHash.Length} {state.CalculateSize()}");
            }
        }

        Assert.Equal($"{RefusalCode.NotAgreed} 0 0 0 16", Assert.Single(answers));
        AssertOneClass(times);
    }

    [Fact]
    public async Task To_a_backend_a_pseudonym_that_is_unknown_erased_or_for_another_purpose_is_the_same()
    {
        var alpha = _pair.Alpha.MappingBackend;
        var kept = await SharedAsync(alpha, Some.Subscriber);
        var erased = await SharedAsync(alpha, "+82-10-5550-0002"); // another person has another pseudonym
        await alpha.EraseIdentityAsync(new EraseIdentityRequest { BindingId = erased.BindingId });
        await RealPair.DrainedAsync(_pair.Alpha);
        var requests = new Dictionary<string, LookUpMappingRequest>
        {
            ["unknown"] = new() { Pseudonym = Some.Id(), Purpose = Some.Purpose },
            ["erased"] = new() { Pseudonym = erased.Pseudonym, Purpose = Some.Purpose },
            ["for another purpose"] = new() { Pseudonym = kept.Pseudonym, Purpose = "another-purpose" },
        };

        var beta = _pair.Beta.MappingBackend;
        var times = requests.Keys.ToDictionary(what => what, _ => new List<double>());
        var seen = new HashSet<string>();
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var (what, request) in requests)
            {
                var began = Stopwatch.GetTimestamp();
                seen.Add(Refused.Seen(await Refused.ByAsync(() => beta.LookUpMappingAsync(request).ResponseAsync)));
                times[what].Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }
        }

        Assert.Single(seen);
        AssertOneClass(times);
        Assert.Single((await beta.LookUpMappingAsync(new LookUpMappingRequest { Pseudonym = kept.Pseudonym, Purpose = Some.Purpose })).Mappings);
    }

    [Fact]
    public async Task Nothing_internal_leaves_with_any_refusal_of_the_peer_listener()
    {
        foreach (var frame in (SenderFrame[])
        [
            new() { Heartbeat = new Heartbeat { Number = 1 } },
            new() { Hello = new Hello { ProtocolVersion = 9, GatewayUri = "xvide://alpha/a1" } },
            new() { Hello = new Hello { ProtocolVersion = 1, GatewayUri = "xvide://gamma/g1", Channels = { new ChannelOffer { AgreementId = "a" } } } },
        ])
        {
            using var alpha = new WireSender(_pair.Beta, Caller.With(Providers.Alpha, "tls"));
            await alpha.SendAsync(frame);

            var refused = await Refused.ByAsync(alpha.ReadAsync);

            // The code is all of it: no sentence, no server, no version.
            Assert.Equal(Refused.CodeOf(refused), refused.Status.Detail);
            Assert.All(refused.Trailers, trailer => Assert.Contains(trailer.Key, (string[])["gateway-code", "date", "content-length", "content-type"]));
        }
    }

    private static void AssertOneClass(Dictionary<string, List<double>> times)
    {
        var medians = times.ToDictionary(pair => pair.Key, pair => pair.Value.Order().ElementAt(pair.Value.Count / 2));
        var (fastest, slowest) = (medians.Values.Min(), medians.Values.Max());
        Assert.True(slowest <= fastest * TimeRatioMax, $"medians in ms: {string.Join(", ", medians.Select(pair => $"{pair.Key} {pair.Value:F2}"))}");
    }

    private static async Task<(ByteString BindingId, ByteString Pseudonym)> SharedAsync(Identification.IdentificationClient alpha, string subscriber)
    {
        var bound = await alpha.BindIdentityAsync(Some.Binding(binding => binding.IdentityReference.Value = subscriber));
        var shared = await alpha.ShareMappingAsync(Some.Sharing(bound.BindingId));
        await RealPair.ReceiptedAsync(alpha, shared);
        return (bound.BindingId, shared.Pseudonym);
    }

    /// <summary>Two nodes, of which Beta has an agreement that is over and one with a third party.</summary>
    public sealed class Pair : IAsyncLifetime
    {
        internal RealPair Nodes { get; } = new();

        public async ValueTask InitializeAsync()
        {
            Nodes.Beta.WithPeer(Providers.Gamma, port: 1);
            Nodes.Beta.WithAgreement(Some.Signed(Some.Agreement() with { Id = Some.EndedAgreementId, ValidUntil = Providers.Now.AddDays(-1) }), "ended");
            Nodes.Beta.WithAgreement(Some.Signed(Some.Agreement(Providers.Gamma.Uri, Providers.Beta.Uri) with { Id = "roaming-gama" }, Providers.Gamma, Providers.Beta), "gamma");
            await Nodes.InitializeAsync();
        }

        public ValueTask DisposeAsync() => Nodes.DisposeAsync();
    }

    private async Task<(ChannelState State, double Milliseconds)> OfferAsync(string agreementId)
    {
        using var alpha = new WireSender(_pair.Beta, Caller.With(Providers.Alpha, "tls"));
        var hello = new Hello { ProtocolVersion = 1, GatewayUri = "xvide://alpha/a1", Channels = { new ChannelOffer { AgreementId = agreementId, AgreementRevision = 1, AgreementDigest = ByteString.CopyFrom(new byte[32]) } } };
        await alpha.SendAsync(new SenderFrame { Hello = hello });
        var began = Stopwatch.GetTimestamp();
        var state = (await alpha.ReadAsync())!.Welcome.Channels.Single();
        return (state, Stopwatch.GetElapsedTime(began).TotalMilliseconds);
    }
}
