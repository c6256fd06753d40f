using System.Text;
using Gateway.Contracts.Identification.V1;
using Gateway.Exchange.Mappings;
using Gateway.Exchange.Outbox;
using Gateway.Exchange.Tests.Nodes;
using Gateway.Sealing.Receipts;
using Gateway.Sealing.Signatures;
using Gateway.TestKit;

namespace Gateway.Exchange.Tests.Delivery;

public sealed class DeliveryTests
{
    [Fact]
    public async Task A_shared_mapping_arrives_and_its_receipt_can_be_checked_by_anybody()
    {
        await using var nodes = new TwoNodes().Agreed().Started();

        var shared = await nodes.ShareAsync("+82-10-5550-0042");
        var status = await nodes.ReceiptedAsync(shared);
        var found = await nodes.Beta.LookUp.FindAsync(new LookUpMappingRequest { Pseudonym = shared.Pseudonym, Purpose = Some.Purpose }, default);

        Assert.Equal("+82-10-5550-0042", Assert.Single(found.Value!).IdentityReference.Value);
        var receipt = SignedReceipt.Verify(status.Receipt, status.SignedMessage, Providers.Beta.Signers, Providers.Alpha.Signers);
        Assert.Equal(ReceiptOutcome.Received, receipt.Outcome);
    }

    [Fact]
    public async Task One_mapping_of_a_batch_can_be_proved_without_the_others()
    {
        await using var nodes = new TwoNodes().Agreed();
        var shared = new List<ShareMappingResponse>();
        for (var i = 0; i < 20; i++)
        {
            shared.Add(await nodes.ShareAsync($"+82-10-5550-{i:D4}"));
        }

        nodes.Started();
        var status = await nodes.ReceiptedAsync(shared[13]);
        var found = await nodes.Beta.LookUp.FindAsync(new LookUpMappingRequest { Pseudonym = shared[13].Pseudonym, Purpose = Some.Purpose }, default);

        var original = SignedDataVerifier.VerifyDetached(status.SignedMessage, ContentTypes.MappingBatch, Providers.Alpha.Signers).Message!;
        var item = Google.Protobuf.MessageExtensions.ToByteArray(found.Value![0]);
        Assert.Equal(20, status.BatchSize);
        Assert.True(MerkleTree.Includes(item, status.BatchIndex, status.BatchSize, status.InclusionPath.Span, original.Context!.MerkleRoot.Span));
    }

    [Fact]
    public async Task What_was_shared_while_the_peer_was_down_arrives_when_it_is_back()
    {
        await using var nodes = new TwoNodes().Agreed();
        nodes.Alpha.Wire.Target = null;
        nodes.Started();

        var shared = await nodes.ShareAsync();
        nodes.Alpha.Wire.Target = nodes.Beta.Inbound;

        await nodes.ReceiptedAsync(shared);
    }

    [Fact]
    public async Task A_session_that_breaks_before_the_receipt_arrives_loses_nothing_and_doubles_nothing()
    {
        await using var nodes = new TwoNodes().Agreed();
        var lost = 0;
        nodes.Alpha.Wire.Down = frame =>
        {
            if (frame.Receipt is null || Interlocked.Increment(ref lost) > 3)
            {
                return [frame];
            }

            nodes.Alpha.Wire.Cut();
            return [];
        };
        nodes.Started();

        for (var i = 0; i < 10; i++)
        {
            await nodes.ReceiptedAsync(await nodes.ShareAsync($"+82-10-5550-{i:D4}"));
        }

        Assert.Equal(10, await nodes.Beta.Store.CountKeptAsync(default));
        Assert.True(nodes.Alpha.Wire.Sessions > 3, $"{nodes.Alpha.Wire.Sessions} sessions");
    }

    [Fact]
    public async Task A_node_that_restarts_goes_on_where_it_was()
    {
        await using var nodes = new TwoNodes().Agreed();
        nodes.Alpha.Wire.Down = frame => frame.Receipt is null ? [frame] : [];
        nodes.Started();
        var shared = await nodes.ShareAsync();
        await Gateway.TestKit.Eventually.BeTrueAsync(() => nodes.Beta.Store.CountKeptAsync(default).Result == 1, "the mapping at Beta");

        nodes.Alpha.Wire.Down = frame => [frame];
        nodes.Alpha.Wire.Cut();
        await nodes.Alpha.RestartAsync();
        nodes.Started();

        await nodes.ReceiptedAsync(shared);
        Assert.Equal(1, await nodes.Beta.Store.CountKeptAsync(default));
    }

    [Fact]
    public async Task Nothing_that_identifies_is_on_the_wire_or_in_a_database_file()
    {
        await using var nodes = new TwoNodes().Agreed().Started();

        var shared = await nodes.ShareAsync("+82-10-5550-7777");
        await nodes.ReceiptedAsync(shared);
        var exposed = nodes.Alpha.Wire.Seen
            .Concat(FilesOf(nodes.Alpha))
            .Concat(FilesOf(nodes.Beta))
            .ToArray();

        Assert.DoesNotContain(exposed, bytes => Contains(bytes, "+82-10-5550-7777"u8) || Contains(bytes, shared.Pseudonym.Span));
        Assert.Contains(exposed, bytes => Contains(bytes, Encoding.UTF8.GetBytes(Some.AgreementId)));
    }

    [Fact]
    public async Task Erasing_a_binding_erases_it_at_the_peer_too()
    {
        await using var nodes = new TwoNodes().Agreed().Started();
        var bound = await nodes.Alpha.Mappings.BindAsync(Some.Binding(), default);
        var shared = await nodes.Alpha.Mappings.ShareAsync(Some.Sharing(bound.Value!.BindingId), default);
        await nodes.ReceiptedAsync(shared.Value!);

        var erased = await nodes.Alpha.Erasure.EraseAsync(bound.Value.BindingId, default);
        await nodes.ReceiptedAsync(shared.Value!);
        var found = await nodes.Beta.LookUp.FindAsync(new LookUpMappingRequest { Pseudonym = shared.Value!.Pseudonym, Purpose = Some.Purpose }, default);

        Assert.Equal(1u, erased.Value!.MappingsRecalled);
        Assert.Equal(MappingOutcome.MappingNotFound, found.Outcome);
    }

    [Fact]
    public async Task Of_a_binding_that_is_erased_before_its_mapping_is_queued_nothing_leaves()
    {
        FaultyStore? faulty = null;
        await using var nodes = new TwoNodes(new NodeSetup { AroundStore = store => faulty ??= new FaultyStore(store) }, new NodeSetup()).Agreed().Started();
        var bound = await nodes.Alpha.Mappings.BindAsync(Some.Binding(), default);
        faulty!.BeforeEnqueue = async () =>
        {
            faulty.BeforeEnqueue = () => Task.CompletedTask;
            await nodes.Alpha.Erasure.EraseAsync(bound.Value!.BindingId, default);
        };

        var shared = await nodes.Alpha.Mappings.ShareAsync(Some.Sharing(bound.Value!.BindingId), default);

        Assert.Equal(MappingOutcome.MappingNotFound, shared.Outcome);
        Assert.Equal(0, await nodes.Alpha.Store.CountOpenAsync(null, default));
        Assert.Equal(0, await nodes.KeptAtBetaAsync());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Several_messages_sealed_at_once_arrive_in_order_also_when_the_first_could_not_be_kept(int failures)
    {
        const int Mappings = (2 * BatchBuilder.MappingsTarget) + 1;
        await using var nodes = new TwoNodes(new NodeSetup { AroundStore = store => new FaultyStore(store) { FailSealed = failures } }, new NodeSetup()).Agreed();
        nodes.Alpha.Expect("OutboxUnavailable");
        var bound = await nodes.Alpha.Mappings.BindAsync(Some.Binding(), default);
        await Task.WhenAll(Enumerable.Range(0, Mappings).Select(_ => nodes.Alpha.Mappings.ShareAsync(Some.Sharing(bound.Value!.BindingId), default)));

        nodes.Started();
        await Eventually.BeTrueAsync(() => nodes.Alpha.Store.CountOpenAsync(null, default).Result == 0, "the receipts of three messages");

        Assert.Equal(Mappings, await nodes.KeptAtBetaAsync());
        Assert.Equal(3, (await nodes.Alpha.Store.GetChannelAsync(TwoNodes.Channel, default)).LastReceipted);
    }

    // The database and its log; the lock file beside them is held and empty.
    private static IEnumerable<byte[]> FilesOf(TestNode node) =>
        Directory.GetFiles(Path.GetDirectoryName(node.StorePath)!, "exchange.db*").Where(path => !path.EndsWith(".lock", StringComparison.Ordinal)).Select(ReadShared);

    private static byte[] ReadShared(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static bool Contains(byte[] bytes, ReadOnlySpan<byte> needle) => bytes.AsSpan().IndexOf(needle) >= 0;
}
