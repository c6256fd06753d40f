using System.Diagnostics;
using System.Security.Cryptography;
using Gateway.Contracts.Exchange.V1;
using Gateway.Contracts.Identification.V1;
using Gateway.Sealing.Certificates;
using Gateway.Sealing.Receipts;
using Gateway.Sealing.Signatures;
using Gateway.Storage.Sqlite.Check;
using Gateway.TestKit;
using Google.Protobuf;
using Grpc.Core;

namespace Gateway.Server.Tests.Processes;

public sealed class KillTests
{
    private const int Subjects = 100;
    private const int SharedPerRound = 1_000;

    private static readonly int Kills = Repeats.Of("GATEWAY_KILLS", 10);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>
    /// A thousand mappings for each time a node is killed at a random moment, by turns the receiver, the sender and both: afterwards both stores hold
    /// each mapping exactly once and every receipt verifies. <c>GATEWAY_KILLS=50</c> kills more often.
    /// </summary>
    [Fact]
    public async Task Killing_receiver_and_sender_again_and_again_loses_nothing_and_doubles_nothing()
    {
        using var pair = new ProcessPair();
        await pair.Alpha.StartAsync();
        await pair.Beta.StartAsync();
        using var channel = pair.OpenMappingBackend("alpha");
        var backend = new Identification.IdentificationClient(channel);
        var bindings = await BindAsync(backend);

        var shared = new List<ShareMappingResponse>();
        for (var kill = 0; kill < Kills; kill++)
        {
            NodeProcess[] victims = (kill % 3) switch { 0 => [pair.Beta], 1 => [pair.Alpha], _ => [pair.Alpha, pair.Beta] };
            var sharing = ShareAsync(backend, bindings);
            await Task.Delay(TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32(10, 600)));
            await Task.WhenAll(victims.Select(victim => victim.KillAsync()));
            foreach (var victim in victims)
            {
                await victim.StartAsync();
            }

            shared.AddRange(await sharing);
        }

        Assert.Equal(Kills * SharedPerRound, shared.DistinctBy(mapping => mapping.MappingId).Count());
        await AssertReceiptedAsync(backend, shared, pair.Anchors);
        await AssertKeptOnceAsync(pair, shared);
        Assert.Equal(0, await pair.Alpha.StopAsync());
        Assert.Equal(0, await pair.Beta.StopAsync());
        Assert.Empty((await StoreCheck.VerifyAsync(pair.Store("alpha"), default)).Findings);
        Assert.Empty((await StoreCheck.VerifyAsync(pair.Store("beta"), default)).Findings);
    }

    private static async Task<List<ByteString>> BindAsync(Identification.IdentificationClient backend)
    {
        var bindings = new List<ByteString>();
        for (var subject = 0; subject < Subjects; subject++)
        {
            var bound = await backend.BindIdentityAsync(new BindIdentityRequest
            {
                SubjectHandle = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(16)),
                IdentityReference = new IdentityReference { Type = IdentityReferenceType.SubscriberNumber, Value = $"+82-10-5550-{subject:D4}" },
                BindingMethod = BindingMethod.OperatorConfirmed,
                BindingConfidence = 0.9f,
                Consent = new ConsentReference { RecordId = "consent", NoticeVersion = "1" },
            });
            bindings.Add(bound.BindingId);
        }

        return bindings;
    }

    /// <summary>As a backend does: what was not answered when its node died is asked for again, with the same key, until it is.</summary>
    private static async Task<List<ShareMappingResponse>> ShareAsync(Identification.IdentificationClient backend, List<ByteString> bindings)
    {
        ShareMappingRequest[] requests = [.. Enumerable.Range(0, SharedPerRound).Select(i => new ShareMappingRequest
        {
            IdempotencyKey = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(16)),
            BindingId = bindings[i % bindings.Count],
            AgreementId = ProcessPair.AgreementId,
            Purpose = ProcessPair.Purpose,
        })];
        var answers = new List<ShareMappingResponse>();
        var began = Stopwatch.GetTimestamp();
        while (answers.Count < requests.Length)
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < Patience, $"{answers.Count} of {requests.Length} mappings were answered in time");
            await ShareAsync(backend, requests.AsMemory(answers.Count), answers);
        }

        return answers;
    }

    private static async Task ShareAsync(Identification.IdentificationClient backend, ReadOnlyMemory<ShareMappingRequest> requests, List<ShareMappingResponse> answers)
    {
        using var call = backend.ShareMappings();
        var sending = Task.Run(async () =>
        {
            foreach (var request in requests.ToArray())
            {
                await call.RequestStream.WriteAsync(request);
            }

            await call.RequestStream.CompleteAsync();
        });
        try
        {
            while (await call.ResponseStream.MoveNext(default))
            {
                answers.Add(call.ResponseStream.Current);
            }

            await sending;
        }
        catch (RpcException down) when (down.StatusCode is StatusCode.Unavailable or StatusCode.Internal or StatusCode.Cancelled)
        {
            // Its node was killed.
            call.Dispose();
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }
    }

    private static async Task AssertReceiptedAsync(Identification.IdentificationClient backend, List<ShareMappingResponse> shared, TrustAnchors[] anchors)
    {
        await Eventually.BeTrueAsync(
            () => backend.GetDelivery(new GetDeliveryRequest { MappingId = shared[^1].MappingId }).State == DeliveryState.Receipted, "the receipt of the last mapping", Patience);
        var checkedSequences = new HashSet<ulong>();
        foreach (var mapping in shared)
        {
            var delivery = await backend.GetDeliveryAsync(new GetDeliveryRequest { MappingId = mapping.MappingId });
            Assert.Equal(DeliveryState.Receipted, delivery.State);
            if (checkedSequences.Add(delivery.Sequence))
            {
                var receipt = delivery.Receipt.Memory;
                var original = delivery.SignedMessage.Memory;
                var now = TimeProvider.System.GetUtcNow();
                var result = SignedReceipt.Verify(receipt, original, OfflineSigners.From(receipt, anchors, now).Signers, OfflineSigners.From(original, anchors, now).Signers);
                Assert.Equal(ReceiptOutcome.Received, result.Outcome);
            }
        }
    }

    private static async Task AssertKeptOnceAsync(ProcessPair pair, List<ShareMappingResponse> shared)
    {
        using var channel = pair.OpenMappingBackend("beta");
        var backend = new Identification.IdentificationClient(channel);
        var kept = new List<ByteString>();
        foreach (var pseudonym in shared.Select(mapping => mapping.Pseudonym).Distinct())
        {
            var found = await backend.LookUpMappingAsync(new LookUpMappingRequest { Pseudonym = pseudonym, Purpose = ProcessPair.Purpose });
            kept.AddRange(found.Mappings.Select(mapping => mapping.MappingId));
        }

        Assert.Equal(shared.Count, kept.Count);
        Assert.Empty(shared.Select(mapping => mapping.MappingId).Except(kept));
    }
}
