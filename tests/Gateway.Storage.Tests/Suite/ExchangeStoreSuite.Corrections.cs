using Gateway.Exchange.Inbox;
using Gateway.Exchange.Mappings;
using Gateway.Exchange.Outbox;

namespace Gateway.Storage.Tests.Suite;

public abstract partial class ExchangeStoreSuite
{
    [Fact]
    public async Task A_correction_replaces_the_content_of_its_bindings_and_queues_what_tells_peers()
    {
        var before = await BoundAsync("handle", "wrong");
        await EnqueueAsync(Shared("1", before));

        var result = await Store.CorrectAsync(await CorrectionAsync(before, "right", Told("2", before)), None);

        Assert.Equal(new CorrectionResult(CorrectionOutcome.Corrected, 1, 0), result);
        Same.As(After(before, "right"), await Store.FindByIdAsync(before.BindingId, None));
        Same.As(After(before, "right"), await Store.FindByHandleAsync(before.HandleDigest, None));
        Assert.Equal(2, await Store.CountOpenAsync(null, None));
        Assert.Equal(["SubmissionAcceptance", "MappingCorrected"], await EventNamesAsync());
    }

    [Fact]
    public async Task A_correction_is_done_once_and_its_key_is_for_no_other_also_after_a_restart()
    {
        var before = await BoundAsync("handle", "wrong");
        var correction = await CorrectionAsync(before, "right", Told("2", before));
        await Store.CorrectAsync(correction, None);
        await ReopenAsync();

        Assert.Equal(new CorrectionResult(CorrectionOutcome.Repeat, 1, 0), await Store.CorrectAsync(correction, None));
        Assert.Equal(CorrectionOutcome.Conflict, (await Store.CorrectAsync(correction with { RequestDigest = Some.Bytes(32, "other") }, None)).Outcome);
        Assert.Single(await EventNamesAsync());
    }

    [Fact]
    public async Task A_correction_of_what_was_shared_or_changed_since_it_was_read_changes_nothing()
    {
        var before = await BoundAsync("handle", "wrong");
        var stale = await CorrectionAsync(before, "right");
        await EnqueueAsync(Shared("1", before));
        Assert.Equal(CorrectionOutcome.Changed, (await Store.CorrectAsync(stale, None)).Outcome);
        Same.As(before, await Store.FindByIdAsync(before.BindingId, None));

        var first = await CorrectionAsync(before, "right");
        var second = await CorrectionAsync(before, "better") with { IdempotencyKey = Some.Bytes(16, "second") };
        await Store.CorrectAsync(first, None);

        Assert.Equal(CorrectionOutcome.Changed, (await Store.CorrectAsync(second, None)).Outcome);
        Same.As(After(before, "right"), await Store.FindByIdAsync(before.BindingId, None));
    }

    [Fact]
    public async Task A_correction_of_an_erased_binding_changes_nothing()
    {
        var before = await BoundAsync("handle", "wrong");
        var correction = await CorrectionAsync(before, "right", Told("2", before));
        await Store.EraseAsync(before.BindingId, None);

        Assert.Equal(CorrectionOutcome.Changed, (await Store.CorrectAsync(correction, None)).Outcome);
        Assert.Null(await Store.FindByIdAsync(before.BindingId, None));
        Assert.Equal(0, await Store.CountOpenAsync(null, None));
    }

    [Fact]
    public async Task A_correction_with_one_entry_too_many_changes_nothing_at_all()
    {
        await ReopenAsync(outboxEntriesMax: 2);
        var before = await BoundAsync("handle", "wrong");
        var correction = await CorrectionAsync(before, "right", Told("2", before), Told("3", before), Told("4", before));

        Assert.Equal(CorrectionOutcome.Full, (await Store.CorrectAsync(correction, None)).Outcome);
        Same.As(before, await Store.FindByIdAsync(before.BindingId, None));
        Assert.Equal(0, await Store.CountOpenAsync(null, None));
        Assert.Empty(await EvidenceAsync());
    }

    [Fact]
    public async Task An_entry_of_a_binding_that_is_not_as_it_was_read_is_not_queued()
    {
        var before = await BoundAsync("handle", "wrong");
        await Store.CorrectAsync(await CorrectionAsync(before, "right"), None);

        Assert.Equal(EnqueueOutcome.Changed, await EnqueueAsync(Shared("1", before) with { BindingDigest = before.ContentDigest }));
        Assert.Equal(EnqueueOutcome.Queued, await EnqueueAsync(Shared("1", before) with { BindingDigest = After(before, "right").ContentDigest }));
    }

    [Fact]
    public async Task A_version_that_is_no_newer_than_one_that_is_queued_is_not_queued()
    {
        await EnqueueAsync(Some.Entry("1", mapping: "a"));
        await EnqueueAsync(Some.Entry("2", mapping: "a", version: 2));

        Assert.Equal(EnqueueOutcome.Changed, await EnqueueAsync(Some.Entry("3", mapping: "a", version: 2)));
        Assert.Equal(EnqueueOutcome.Repeat, await EnqueueAsync(Some.Entry("2", mapping: "a", version: 2)));
        Assert.Equal(EnqueueOutcome.Queued, await EnqueueAsync(Some.Entry("3", mapping: "a", version: 3)));
    }

    [Fact]
    public async Task What_was_shared_knows_its_first_key_and_the_terms_of_its_newest_version()
    {
        var before = await BoundAsync("handle", "wrong");
        var terms = new ShareTerms(2, Some.Time.AddDays(3));
        await EnqueueAsync(Shared("1", before) with { Terms = terms });
        await EnqueueAsync(Some.Entry("2", mapping: "1", version: 2) with { BindingId = before.BindingId, Terms = terms with { NotAfter = Some.Time.AddDays(2) } });
        await EnqueueAsync(Shared("erased", before));

        var shared = await Store.ReadSharedAsync(before.BindingId, None);

        Assert.Equal([Some.Bytes(16, "1/idempotency key"), Some.Bytes(16, "erased/idempotency key")], shared.Select(mapping => mapping.ShareKey.ToArray()));
        Assert.Equal([terms with { NotAfter = Some.Time.AddDays(2) }, null], shared.Select(mapping => mapping.Terms));
    }

    [Fact]
    public async Task A_change_takes_the_place_of_the_version_that_is_kept_and_of_nothing_else()
    {
        var epoch = await OpenEpochAsync();
        await AcceptAsync(Some.Message(epoch, 1, Some.Mapping("a")));

        await AcceptAsync(Some.Message(epoch, 2, Changed("a"), Changed("never came")));

        Assert.Equal(1, await Store.CountKeptAsync(None));
        Assert.Empty(await Store.FindByPseudonymAsync(Some.Bytes(32, "pseudonym"), Some.Time, None));
        Assert.Equal(2, Assert.Single(await Store.FindByPseudonymAsync(Some.Bytes(32, "other pseudonym"), Some.Time, None)).Version);
        Assert.Equal(["MappingChangeRejection", "MappingCorrected"], (await EventNamesAsync())[^2..]);
    }

    private static ReceivedMapping Changed(string name) => Some.Mapping(name, version: 2, pseudonym: "other pseudonym") with { ChangeEvent = "MappingCorrected" };

    private static OutboxEntry Shared(string name, StoredBinding binding) => Some.Entry(name) with { BindingId = binding.BindingId };

    private static (OutboxEntry Entry, Exchange.Evidence.EvidenceEvent Submitted) Told(string name, StoredBinding binding) =>
        (Shared(name, binding), Some.Event("MappingCorrected"));

    private static StoredBinding After(StoredBinding before, string content) =>
        before with { ContentDigest = Some.Bytes(32, content), SubjectDigest = Some.Bytes(32, $"{content}/subject"), Content = Some.Content(content) };

    private async Task<StoredBinding> BoundAsync(string handle, string content)
    {
        var binding = Some.Binding(handle, content);
        await Store.BindAsync(binding, None);
        return binding;
    }

    private async Task<BindingCorrection> CorrectionAsync(
        StoredBinding before, string content, params (OutboxEntry Entry, Exchange.Evidence.EvidenceEvent Submitted)[] told) => new(
        Some.Bytes(16, "correction"),
        Some.Bytes(32, "correction"),
        CorrectionKind.Correction,
        [new CorrectedBinding(before, After(before, content), await Store.ReadSharedAsync(before.BindingId, None))],
        told,
        []);
}
