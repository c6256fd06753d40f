using System.Reflection;
using System.Text.RegularExpressions;
using Gateway.Contracts.Exchange.V1;
using Gateway.Exchange.Agreements;
using Gateway.Exchange.Evidence;
using Gateway.Exchange.Tests.Delivery;
using Gateway.Exchange.Tests.Inbox;
using Gateway.Exchange.Tests.Nodes;
using Gateway.TestKit;

namespace Gateway.Exchange.Tests.Proofs;

/// <summary>None silently missing (X-39): failures leave evidence as successes do.</summary>
public sealed class EvidenceSetTests
{
    public static TheoryData<string> Names => [.. AllNames()];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_event_that_has_a_name_happens_and_is_in_the_document(string name)
    {
        var users = Directory.EnumerateFiles(Repository.PathOf("src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && Path.GetFileName(file) != "EventNames.cs")
            .Select(File.ReadAllText);
        var happens = users.Any(text => Regex.IsMatch(text, $@"\bEventNames\.{name}\b") || (EventNames.OfState(StateOf(name)) == name && text.Contains("EventNames.OfState", StringComparison.Ordinal))
            || (Enum.GetValues<MappingChange>().Any(change => EventNames.OfChange(change) == name) && text.Contains("EventNames.OfChange", StringComparison.Ordinal))
            || text.Contains($"\"{name}\"", StringComparison.Ordinal));

        Assert.True(happens, $"nothing ever gives the event {name}");
        Assert.Contains($"`{name}`", File.ReadAllText(Repository.PathOf("deploy", "exchange-evidence.md")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_peer_that_never_answers_leaves_a_failed_relay_when_the_agreed_time_is_over_and_only_one()
    {
        var time = new ManualTime(Providers.Now);
        await using var alpha = new Sender(new NodeSetup { Time = time, Options = NodeSetup.QuickOptions with { ReceiptTimeout = TimeSpan.FromMinutes(3) } });
        alpha.Node.Expect("NothingSent");
        alpha.Started();
        await alpha.ShareAsync();

        await time.AdvanceUntilAsync(() => Failures(alpha).Count > 0, TimeSpan.FromSeconds(20), TimeSpan.FromMinutes(6), "evidence that nothing could be sent");
        var after = time.GetUtcNow() - Providers.Now;
        time.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal(["NotSentInTime"], Failures(alpha));
        Assert.True(after >= TimeSpan.FromMinutes(3), $"after {after}");
    }

    [Fact]
    public async Task A_watch_over_receipts_that_meets_an_unforeseen_error_says_so_and_goes_on()
    {
        var time = new ManualTime(Providers.Now);
        await using var alpha = new Sender(new NodeSetup
        {
            Time = time,
            Options = NodeSetup.QuickOptions with { ReceiptTimeout = TimeSpan.FromMinutes(3) },
            AroundStore = store => new FaultyStore(store) { ReadUnreceiptedThrows = new InvalidOperationException("a row nobody can read") },
        });
        alpha.Node.Expect("NothingSent", "WatchFailed");
        alpha.Started();
        await alpha.ShareAsync();

        await time.AdvanceUntilAsync(() => Failures(alpha).Count > 0, TimeSpan.FromSeconds(20), TimeSpan.FromMinutes(6), "evidence that nothing could be sent");

        Assert.Equal(["NotSentInTime"], Failures(alpha));
        Assert.Contains(alpha.Node.Log.Entries, entry => entry.Event == "WatchFailed" && entry.Message.Contains("InvalidOperationException", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_time_for_a_receipt_is_the_agreements_where_it_names_one()
    {
        var time = new ManualTime(Providers.Now);
        await using var alpha = new Sender(new NodeSetup { Time = time, Options = NodeSetup.QuickOptions with { ReceiptTimeout = TimeSpan.FromDays(1) } });
        alpha.Node.Agree(Some.Signed(Some.Agreement() with { Revision = 2, ReceiptMinutes = 5 }));
        alpha.Node.Expect("NothingSent");
        alpha.Started();
        await alpha.ShareAsync();

        await time.AdvanceUntilAsync(() => Failures(alpha).Count > 0, TimeSpan.FromSeconds(20), TimeSpan.FromMinutes(10), "evidence that nothing could be sent");

        Assert.InRange(time.GetUtcNow() - Providers.Now, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(7));
    }

    [Fact]
    public async Task A_message_the_store_could_not_keep_leaves_a_failed_consignment_as_soon_as_the_store_is_back()
    {
        await using var beta = Receiver.Node(new NodeSetup { AroundStore = store => new FaultyStore(store) { FailAccept = 1 } });
        beta.Expect("StoreUnavailable");
        await using var alpha = new HandSender(beta);
        await alpha.WelcomedAsync();
        var message = alpha.Seal([Some.Mapping()]);

        Assert.Equal(RefusalCode.Unavailable, await alpha.RefusedAsync(message));
        Assert.Empty(await beta.ReasonsAsync(EventNames.ContentConsignmentFailure));
        await alpha.ReceiptedAsync(message);

        Assert.Equal(["StoreUnavailable"], await beta.ReasonsAsync(EventNames.ContentConsignmentFailure));
    }

    [Fact]
    public async Task A_refusal_whose_evidence_could_not_be_kept_leaves_it_with_the_next_message()
    {
        await using var beta = Receiver.Node(new NodeSetup { AroundStore = store => new FaultyStore(store) { FailAppend = 1 } });
        beta.Expect("StoreUnavailable");
        await using var alpha = new HandSender(beta);
        await alpha.WelcomedAsync();

        await alpha.RefusedAsync(alpha.Seal([Some.Mapping(mapping => mapping.Purpose = "marketing")]));
        await alpha.ReceiptedAsync(alpha.Seal([Some.Mapping()], context => context with { Sequence = 1, PreviousMessageHash = default }));

        Assert.Equal([nameof(ClauseOutcome.PurposeNotAgreed)], await beta.ReasonsAsync(EventNames.RelayRejection));
    }

    [Theory]
    [InlineData(MappingState.Suspended, EventNames.MappingSuspended)]
    [InlineData(MappingState.Revoked, EventNames.MappingRevoked)]
    public async Task A_message_that_changes_what_is_kept_leaves_an_event_for_it_in_the_same_transaction(MappingState state, string name)
    {
        await using var beta = Receiver.Node();
        await using var alpha = new HandSender(beta);
        await alpha.WelcomedAsync();

        await alpha.ReceiptedAsync(alpha.Seal([Some.Mapping(mapping => mapping.State = state), Some.Mapping()]));

        Assert.Equal([EventNames.RelayAcceptance, name], (await beta.EvidenceAsync()).Select(evidence => evidence.Name));
    }

    [Fact]
    public async Task It_is_on_record_which_agreement_was_in_force_from_when_to_when()
    {
        var time = new ManualTime(Providers.Now);
        await using var node = Receiver.Node(new NodeSetup { Time = time });
        using var watch = new AgreementWatch(node.Agreements, node.Store, time);

        await watch.LookAsync(default);
        await watch.LookAsync(default);
        time.Advance(TimeSpan.FromDays(400));
        await watch.LookAsync(default);
        node.Agree();
        await watch.LookAsync(default);

        var events = (await node.EvidenceAsync()).Select(evidence => (evidence.Name, evidence.Reason, evidence.Sequence));
        Assert.Equal([(EventNames.AgreementActivated, "", 1), (EventNames.AgreementEnded, "PeriodOver", 1L)], events);
    }

    [Fact]
    public async Task An_agreement_that_is_taken_away_ends_on_record()
    {
        await using var node = Receiver.Node();
        using var watch = new AgreementWatch(node.Agreements, node.Store, TimeProvider.System);

        await watch.LookAsync(default);
        node.Agree();
        await watch.LookAsync(default);

        Assert.Equal(["TakenAway"], await node.ReasonsAsync(EventNames.AgreementEnded));
    }

    private static IReadOnlyList<string> Failures(Sender sender) => sender.Node.ReasonsAsync(EventNames.RelayFailure).Result;

    private static MappingState StateOf(string name) =>
        Enum.GetValues<MappingState>().FirstOrDefault(state => EventNames.OfState(state) == name);

    private static IEnumerable<string> AllNames() =>
        typeof(EventNames).GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.IsLiteral).Select(field => (string)field.GetValue(null)!);
}
