using System.Buffers.Binary;
using System.Text;
using Gateway.Contracts.Exchange.V1;
using Gateway.Sealing.Keys;

namespace Gateway.Exchange.Pseudonyms;

/// <summary>
/// Makes pseudonyms. A relationship pseudonym is a keyed one-way function of the person within one peer, agreement and purpose: two peers, or
/// two purposes at one peer, cannot join their lists, and without our secret nobody can try out all numbers. The secret never
/// leaves its provider.
/// </summary>
public sealed class PseudonymMaker(KeyedDigest secret)
{
    /// <summary>Bytes of a pseudonym; half of the digest, which is enough to be unique and to be one-way.</summary>
    public const int PseudonymBytes = 16;

    /// <summary>The pseudonym of a person for one peer, agreement and purpose: the same every time.</summary>
    public byte[] Relationship(string peer, string agreementId, string purpose, IdentityReference person)
    {
        ArgumentNullException.ThrowIfNull(person);
        var type = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(type, (int)person.Type);
        var digest = secret.Compute(Bytes("relationship"), Bytes(peer), Bytes(agreementId), Bytes(purpose), type, Bytes(person.Value));
        return digest[..PseudonymBytes];
    }

    /// <summary>A pseudonym for one mapping: unrelated to every other, and the same again only when the same request is repeated.</summary>
    public byte[] Transaction(ReadOnlyMemory<byte> idempotencyKey) => secret.Compute(Bytes("transaction"), idempotencyKey)[..PseudonymBytes];

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
