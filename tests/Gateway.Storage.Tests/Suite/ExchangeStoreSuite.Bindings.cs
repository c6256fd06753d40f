using Gateway.Exchange.Mappings;

namespace Gateway.Storage.Tests.Suite;

public abstract partial class ExchangeStoreSuite
{
    [Fact]
    public async Task A_handle_bound_to_something_else_is_a_conflict_and_shows_nothing()
    {
        await Store.BindAsync(Some.Binding("handle", "first"), None);

        var (outcome, existing) = await Store.BindAsync(Some.Binding("handle", "second"), None);

        Assert.Equal(BindOutcome.Conflict, outcome);
        Assert.Null(existing);
        Same.As(Some.Binding("handle", "first"), await Store.FindByHandleAsync(Some.Bytes(32, "handle"), None));
    }

    [Fact]
    public async Task An_erased_handle_does_not_come_back()
    {
        var binding = Some.Binding("handle", "first");
        await Store.BindAsync(binding, None);
        await Store.EraseAsync(binding.BindingId, None);

        var same = await Store.BindAsync(binding, None);
        var other = await Store.BindAsync(Some.Binding("handle", "second"), None);

        Assert.Equal((BindOutcome.Erased, null), same);
        Assert.Equal((BindOutcome.Erased, null), other);
    }

    [Fact]
    public async Task A_binding_id_of_another_handle_is_refused_as_a_mistake()
    {
        await Store.BindAsync(Some.Binding("handle"), None);
        var stolen = Some.Binding("other") with { BindingId = Some.Binding("handle").BindingId };

        await Assert.ThrowsAsync<InvalidOperationException>(() => Store.BindAsync(stolen, None));

        Assert.Null(await Store.FindByHandleAsync(Some.Bytes(32, "other"), None));
    }

    [Fact]
    public async Task A_binding_without_a_wrapped_key_is_refused_as_a_mistake()
    {
        var bare = Some.Binding("handle") with { Content = new ProtectedRecord(ReadOnlyMemory<byte>.Empty, Some.Bytes(10, "x")) };

        await Assert.ThrowsAsync<ArgumentException>(() => Store.BindAsync(bare, None));

        Assert.Null(await Store.FindByHandleAsync(Some.Bytes(32, "handle"), None));
    }

    [Fact]
    public async Task A_new_handle_is_bound()
    {
        var (outcome, existing) = await Store.BindAsync(Some.Binding("handle"), None);

        Assert.Equal(BindOutcome.Bound, outcome);
        Assert.Null(existing);
    }

    [Fact]
    public async Task The_same_binding_again_is_a_repeat_and_returns_the_stored_one()
    {
        var stored = Some.Binding("handle");
        await Store.BindAsync(stored, None);
        var again = stored with { BindingId = Some.Bytes(16, "another attempt"), Content = Some.Content("another attempt") };

        var (outcome, existing) = await Store.BindAsync(again, None);

        Assert.Equal(BindOutcome.Repeat, outcome);
        Same.As(stored, existing);
    }

    [Fact]
    public async Task A_binding_is_found_by_its_id_and_by_its_handle_as_it_was_stored()
    {
        var stored = Some.Binding("handle");
        await Store.BindAsync(stored, None);

        var byId = await Store.FindByIdAsync(stored.BindingId, None);
        var byHandle = await Store.FindByHandleAsync(stored.HandleDigest, None);

        Same.As(stored, byId);
        Same.As(stored, byHandle);
    }

    [Fact]
    public async Task What_was_never_bound_is_not_found()
    {
        Assert.Null(await Store.FindByIdAsync(Some.Bytes(16, "nobody"), None));
        Assert.Null(await Store.FindByHandleAsync(Some.Bytes(32, "nobody"), None));
    }

    [Fact]
    public async Task An_erased_binding_is_not_found()
    {
        var binding = Some.Binding("handle");
        await Store.BindAsync(binding, None);

        var erased = await Store.EraseAsync(binding.BindingId, None);

        Assert.True(erased);
        Assert.Null(await Store.FindByIdAsync(binding.BindingId, None));
        Assert.Null(await Store.FindByHandleAsync(binding.HandleDigest, None));
    }

    [Fact]
    public async Task Erasing_twice_is_harmless_and_answers_the_same()
    {
        var binding = Some.Binding("handle");
        await Store.BindAsync(binding, None);
        await Store.EraseAsync(binding.BindingId, None);

        Assert.True(await Store.EraseAsync(binding.BindingId, None));
    }

    [Fact]
    public async Task Erasing_what_never_was_says_so()
    {
        Assert.False(await Store.EraseAsync(Some.Bytes(16, "nobody"), None));
    }

    [Fact]
    public async Task Bindings_and_tombstones_are_there_after_a_restart()
    {
        var living = Some.Binding("living");
        var erased = Some.Binding("erased");
        await Store.BindAsync(living, None);
        await Store.BindAsync(erased, None);
        await Store.EraseAsync(erased.BindingId, None);

        await ReopenAsync();

        Same.As(living, await Store.FindByIdAsync(living.BindingId, None));
        Assert.Equal((BindOutcome.Erased, null), await Store.BindAsync(erased, None));
    }
}
