using System.Security.Cryptography;
using Gateway.Contracts.Exchange.V1;
using Gateway.Exchange.Evidence;
using Gateway.Exchange.Tests.Nodes;
using Gateway.Sealing.Signatures;
using Google.Protobuf;

namespace Gateway.Exchange.Tests.Inbox;

/// <summary>Each test sends one message that is wrong in one way, and names what the peer hears and what our evidence says.</summary>
public sealed class MessageRefusalTests : IAsyncLifetime
{
    private readonly TestNode _beta = Receiver.Node();
    private HandSender _alpha = null!;

    public async ValueTask InitializeAsync()
    {
        _alpha = new HandSender(_beta);
        await _alpha.WelcomedAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _alpha.DisposeAsync();
        await _beta.DisposeAsync();
    }

    [Fact]
    public async Task A_channel_that_was_not_offered_is_not_agreed_and_its_name_stays_out_of_the_evidence()
    {
        var message = _alpha.Seal([Some.Mapping()]);
        message.AgreementId = "+82-10-5550-0001";

        await RefusedAsync(message, RefusalCode.NotAgreed, "ChannelNotOpen");

        Assert.DoesNotContain(await _beta.EvidenceAsync(), evidence => evidence.AgreementId.Contains("5550", StringComparison.Ordinal));
        Assert.DoesNotContain(_beta.Log.Entries, entry => entry.Message.Contains("5550", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_frame_larger_than_a_message_may_be_is_malformed()
    {
        var message = _alpha.Seal([Some.Mapping()]);
        message.Sealed = ByteString.CopyFrom(new byte[(1024 * 1024) + 1]);

        await RefusedAsync(message, RefusalCode.Malformed, "TooLarge");
    }

    [Fact]
    public async Task A_frame_of_another_epoch_is_fenced()
    {
        var message = _alpha.Seal([Some.Mapping()]);
        message.Epoch--;

        await RefusedAsync(message, RefusalCode.Fenced, "OtherEpoch");
    }

    [Fact]
    public async Task Bytes_that_are_no_envelope_are_not_verified()
    {
        var message = _alpha.Seal([Some.Mapping()]);
        message.Sealed = ByteString.CopyFromUtf8("not an envelope");

        await RefusedAsync(message, RefusalCode.NotVerified, "Malformed");
    }

    [Fact]
    public async Task An_envelope_with_one_bit_turned_is_not_verified()
    {
        var message = _alpha.Seal([Some.Mapping()]);
        var bytes = message.Sealed.ToByteArray();
        bytes[bytes.Length / 2] ^= 1;
        message.Sealed = ByteString.CopyFrom(bytes);

        await RefusedAsync(message, RefusalCode.NotVerified, "NotAuthentic");
    }

    [Fact]
    public async Task An_envelope_that_was_cut_is_not_verified()
    {
        var message = _alpha.Seal([Some.Mapping()]);
        message.Sealed = ByteString.CopyFrom(message.Sealed.Span[..^1]);

        await RefusedAsync(message, RefusalCode.NotVerified, "Malformed");
    }

    [Fact]
    public async Task A_frame_that_numbers_a_message_differently_than_its_signature_is_malformed()
    {
        var message = _alpha.Seal([Some.Mapping()]);
        message.Sequence = 7;

        await RefusedAsync(message, RefusalCode.Malformed, "FrameDiffers");
    }

    [Fact]
    public async Task A_message_under_another_agreement_than_its_frame_says_is_malformed() =>
        await RefusedAsync(_alpha.Seal([Some.Mapping()], context => context with { AgreementId = "another" }), RefusalCode.Malformed, "FrameDiffers");

    [Fact]
    public async Task A_message_under_a_revision_nobody_signed_is_not_agreed() =>
        await RefusedAsync(_alpha.Seal([Some.Mapping()], context => context with { AgreementRevision = 9 }), RefusalCode.NotAgreed, "AgreementNotInForce");

    [Fact]
    public async Task A_message_whose_time_is_over_is_not_agreed() =>
        await RefusedAsync(_alpha.Seal([Some.Mapping()], context => context with { NotAfter = Providers.Now.AddSeconds(-1) }), RefusalCode.NotAgreed, "MessageExpired");

    [Fact]
    public async Task A_message_signed_by_a_clock_far_ahead_is_not_verified() =>
        await RefusedAsync(_alpha.Seal([Some.Mapping()], at: Providers.Now.AddMinutes(10)), RefusalCode.NotVerified, "SignedInTheFuture");

    [Fact]
    public async Task A_count_that_is_not_that_of_the_batch_is_malformed() =>
        await RefusedAsync(_alpha.Seal([Some.Mapping(), Some.Mapping()], context => context with { Count = 3 }), RefusalCode.Malformed, "NotABatch");

    [Fact]
    public async Task A_batch_that_lost_a_mapping_is_malformed() =>
        await RefusedAsync(
            _alpha.Seal([Some.Mapping(), Some.Mapping()], content: batch => Batch(MappingBatch.Parser.ParseFrom(batch).Mappings[0])),
            RefusalCode.Malformed,
            "NotABatch");

    [Fact]
    public async Task A_batch_in_another_order_is_malformed() =>
        await RefusedAsync(
            _alpha.Seal([Some.Mapping(), Some.Mapping()], content: batch => Batch([.. MappingBatch.Parser.ParseFrom(batch).Mappings.Reverse()])),
            RefusalCode.Malformed,
            "OtherMerkleRoot");

    [Fact]
    public async Task A_root_over_something_else_is_malformed() =>
        await RefusedAsync(
            _alpha.Seal([Some.Mapping()], context => context with { MerkleRoot = RandomNumberGenerator.GetBytes(32) }), RefusalCode.Malformed, "OtherMerkleRoot");

    [Fact]
    public async Task Content_that_is_no_batch_is_malformed() =>
        await RefusedAsync(_alpha.Seal([Some.Mapping()], content: _ => [0xFF, 0xFF, 0xFF]), RefusalCode.Malformed, "NotABatch");

    [Fact]
    public async Task A_batch_with_a_field_nobody_knows_is_malformed() =>
        await RefusedAsync(_alpha.Seal([Some.Mapping()], content: batch => [.. batch, .. UnknownField]), RefusalCode.Malformed, "NotABatch");

    [Fact]
    public async Task An_item_that_is_no_mapping_is_malformed()
    {
        ByteString item = ByteString.CopyFrom([0xFF, 0xFF]);

        await RefusedAsync(
            _alpha.Seal([Some.Mapping()], context => context with { MerkleRoot = MerkleTree.Root([item.Memory]) }, content: _ => Batch(item)),
            RefusalCode.Malformed,
            "NotAMapping");
    }

    [Fact]
    public async Task A_mapping_with_a_field_nobody_knows_is_malformed()
    {
        ByteString item = ByteString.CopyFrom([.. Some.Mapping().ToByteArray(), .. UnknownField]);

        await RefusedAsync(
            _alpha.Seal([Some.Mapping()], context => context with { MerkleRoot = MerkleTree.Root([item.Memory]) }, content: _ => Batch(item)),
            RefusalCode.Malformed,
            "NotAMapping");
    }

    [Fact]
    public async Task A_mapping_larger_than_one_may_be_is_malformed() =>
        await RefusedAsync(_alpha.Seal([Some.Mapping(mapping => mapping.IdentityReference.Value = new string('1', 5000))]), RefusalCode.Malformed, "NotAMapping");

    [Fact]
    public async Task A_mapping_out_of_its_bounds_is_malformed() =>
        await RefusedAsync(_alpha.Seal([Some.Mapping(mapping => mapping.Version = 0)]), RefusalCode.Malformed, "OutOfBounds");

    [Fact]
    public async Task Times_at_the_end_of_what_a_number_holds_are_out_of_bounds_and_break_nothing()
    {
        var extreme = Some.Mapping(mapping => (mapping.IssuedAtS, mapping.NotBeforeS, mapping.NotAfterS) = (long.MinValue, long.MinValue, long.MaxValue));

        await RefusedAsync(_alpha.Seal([extreme]), RefusalCode.Malformed, "OutOfBounds");

        await _alpha.ReceiptedAsync(_alpha.Seal([Some.Mapping()]));
    }

    [Fact]
    public async Task A_purpose_that_is_not_agreed_is_outside_the_agreement() =>
        await RefusedAsync(_alpha.Seal([Some.Mapping(mapping => mapping.Purpose = "marketing")]), RefusalCode.OutsideAgreement, "PurposeNotAgreed");

    [Fact]
    public async Task A_mapping_of_another_purpose_than_its_message_is_outside_the_agreement() =>
        await RefusedAsync(
            _alpha.Seal([Some.Mapping(), Some.Mapping(mapping => mapping.Purpose = Some.OtherPurpose)]), RefusalCode.OutsideAgreement, "PurposeNotAgreed");

    [Fact]
    public async Task A_field_that_is_not_agreed_is_outside_the_agreement() =>
        await RefusedAsync(_alpha.Seal([Some.Mapping(mapping => mapping.BindingConfidence = 0.5f)]), RefusalCode.OutsideAgreement, "FieldNotAgreed");

    [Fact]
    public async Task One_mapping_outside_the_agreement_keeps_all_of_its_message_out()
    {
        await RefusedAsync(
            _alpha.Seal([Some.Mapping(), Some.Mapping(mapping => mapping.Recipient = "gamma"), Some.Mapping()]), RefusalCode.OutsideAgreement, "OtherParties");

        Assert.Equal(0, await _beta.Store.CountKeptAsync(default));
    }

    [Fact]
    public async Task A_refused_message_takes_no_sequence_and_the_right_one_is_kept_after_it()
    {
        await RefusedAsync(_alpha.Seal([Some.Mapping(mapping => mapping.Purpose = "marketing")]), RefusalCode.OutsideAgreement, "PurposeNotAgreed");

        await _alpha.ReceiptedAsync(_alpha.Seal([Some.Mapping()]));

        Assert.Equal(1, _alpha.Sequence);
    }

    private static ReadOnlySpan<byte> UnknownField => [0xF8, 0x07, 0x01]; // field 127, varint 1

    private static byte[] Batch(params ByteString[] items) => new MappingBatch { Mappings = { items } }.ToByteArray();

    private async Task RefusedAsync(SealedMessage message, RefusalCode code, string detail)
    {
        Assert.Equal(code, await _alpha.RefusedAsync(message));
        Assert.Equal([detail], await _beta.ReasonsAsync(EventNames.RelayRejection));
        Assert.Equal(0, await _beta.Store.CountKeptAsync(default));
    }
}
