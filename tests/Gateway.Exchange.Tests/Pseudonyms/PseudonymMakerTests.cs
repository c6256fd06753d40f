using System.Security.Cryptography;
using System.Text;
using Gateway.Contracts.Exchange.V1;
using Gateway.Exchange.Pseudonyms;
using Gateway.Sealing.Keys;

namespace Gateway.Exchange.Tests.Pseudonyms;

/// <summary>What two holders of pseudonyms, or one who knows every number there is, can find out.</summary>
public sealed class PseudonymMakerTests : IDisposable
{
    private const int People = 10_000;
    private const string Purpose = "subscriber-authentication";

    private readonly KeyedDigest _secret = new(Secret(1), "pseudonym");
    private readonly KeyedDigest _otherSecret = new(Secret(2), "pseudonym");

    public void Dispose()
    {
        _secret.Dispose();
        _otherSecret.Dispose();
    }

    [Fact]
    public void Two_peers_cannot_join_their_lists() => Assert.Empty(ListFor("beta", "a1", Purpose).Intersect(ListFor("gamma", "a1", Purpose)));

    [Fact]
    public void One_peer_cannot_join_its_lists_of_two_purposes() => Assert.Empty(ListFor("beta", "a1", Purpose).Intersect(ListFor("beta", "a1", "fraud-prevention")));

    [Fact]
    public void One_peer_cannot_join_its_lists_of_two_agreements() => Assert.Empty(ListFor("beta", "a1", Purpose).Intersect(ListFor("beta", "a2", Purpose)));

    [Fact]
    public void Trying_out_every_number_finds_nobody_without_the_secret()
    {
        var known = ListFor("beta", "a1", Purpose);

        // All that an attacker has: the algorithm, the agreement, the numbers, and a secret that is not ours.
        var guessed = ListFor("beta", "a1", Purpose, new PseudonymMaker(_otherSecret));
        var hashed = Enumerable.Range(0, People).Select(number => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Number(number))).AsSpan(0, PseudonymMaker.PseudonymBytes)));

        Assert.Empty(known.Intersect(guessed));
        Assert.Empty(known.Intersect(hashed));
    }

    [Fact]
    public void A_person_has_the_same_pseudonym_every_time_within_one_relationship()
    {
        var maker = new PseudonymMaker(_secret);

        Assert.Equal(maker.Relationship("beta", "a1", Purpose, Person(7)), maker.Relationship("beta", "a1", Purpose, Person(7)));
    }

    [Fact]
    public void No_two_people_have_the_same_pseudonym() => Assert.Equal(People, ListFor("beta", "a1", Purpose).Count);

    [Fact]
    public void A_reference_of_another_type_with_the_same_text_is_somebody_else()
    {
        var maker = new PseudonymMaker(_secret);
        var other = new IdentityReference { Type = IdentityReferenceType.Account, Value = Number(7) };

        Assert.NotEqual(maker.Relationship("beta", "a1", Purpose, Person(7)), maker.Relationship("beta", "a1", Purpose, other));
    }

    [Fact]
    public void Names_that_read_the_same_when_joined_are_told_apart()
    {
        var maker = new PseudonymMaker(_secret);

        Assert.NotEqual(maker.Relationship("beta", "a1", "2x", Person(7)), maker.Relationship("beta", "a12", "x", Person(7)));
    }

    [Fact]
    public void A_transaction_pseudonym_depends_on_the_request_alone()
    {
        var maker = new PseudonymMaker(_secret);
        byte[] one = new byte[16], other = [.. new byte[15], 1];

        Assert.Equal(maker.Transaction(one), maker.Transaction(one));
        Assert.NotEqual(maker.Transaction(one), maker.Transaction(other));
    }

    private static byte[] Secret(byte value) => [.. Enumerable.Repeat(value, 32)];

    private static string Number(int number) => $"+82-10-{number / 10_000:D4}-{number % 10_000:D4}";

    private static IdentityReference Person(int number) => new() { Type = IdentityReferenceType.SubscriberNumber, Value = Number(number) };

    private HashSet<string> ListFor(string peer, string agreement, string purpose, PseudonymMaker? maker = null)
    {
        maker ??= new PseudonymMaker(_secret);
        return [.. Enumerable.Range(0, People).Select(number => Convert.ToHexString(maker.Relationship(peer, agreement, purpose, Person(number))))];
    }
}
