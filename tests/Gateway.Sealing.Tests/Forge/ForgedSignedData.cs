using System.Security.Cryptography;
using Gateway.TestKit.Pki;

namespace Gateway.Sealing.Tests.Forge;

/// <summary>
/// A signed message that a dishonest signer with a genuine key made: one thing in it is against the profile, and it is signed again, so
/// that nothing but the rule under test can refuse it.
/// </summary>
internal sealed class ForgedSignedData
{
    private const byte SetOf = 0x31;
    private readonly DerNode _root;

    public ForgedSignedData(byte[] valid) => _root = DerNode.Parse(valid);

    public DerNode ContentInfo => _root;

    /// <summary>version, digestAlgorithms, encapContentInfo, certificates, signerInfos.</summary>
    public DerNode SignedData => _root[1][0];

    public DerNode DigestAlgorithms => SignedData[1];

    /// <summary>eContentType and [0] eContent.</summary>
    public DerNode Encapsulated => SignedData[2];

    public DerNode Content => Encapsulated[1][0];

    public DerNode Certificates => SignedData[3];

    public DerNode Signers => SignedData.Children[^1];

    /// <summary>version, sid, digestAlgorithm, signedAttrs, signatureAlgorithm, signature.</summary>
    public DerNode Signer => Signers[0];

    public DerNode Attributes => Signer[3];

    public DerNode Signature => Signer.Children[^1];

    public static ForgedSignedData Message() => new(Some.Inner(Some.Sealed()));

    public DerNode Attribute(byte[] oid) => Attributes.Children.Single(attribute => attribute[0].Encode().SequenceEqual(oid));

    /// <summary>The one value of an attribute.</summary>
    public DerNode AttributeValue(byte[] oid) => Attribute(oid)[1][0];

    public ForgedSignedData ReplaceValue(byte[] oid, params DerNode[] values)
    {
        var set = Attribute(oid)[1];
        set.Children.Clear();
        set.Children.AddRange(values);
        return this;
    }

    public ForgedSignedData Remove(byte[] oid)
    {
        Attributes.Children.Remove(Attribute(oid));
        return this;
    }

    public ForgedSignedData Add(DerNode attribute)
    {
        Attributes.Children.Add(attribute);
        return this;
    }

    public static DerNode NewAttribute(byte[] oid, params DerNode[] values) =>
        DerNode.Constructed(0x30, DerNode.Parse(oid), DerNode.Constructed(SetOf, values));

    /// <summary>Signs what is there now, with a genuine key.</summary>
    public byte[] SignedBy(TestProvider provider, HashAlgorithmName? hash = null)
    {
        Attributes.SortAsSet();
        var toSign = Attributes.Copy();
        toSign.Tag = SetOf;
        var key = provider.Pki["signing"].Key;
        Signature.Value = key.SignData(toSign.Encode(), hash ?? HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return _root.Encode();
    }

    /// <summary>The message with its signature left as it was.</summary>
    public byte[] AsIs() => _root.Encode();

    /// <summary>A message whose exchange context has other bytes, signed.</summary>
    public static byte[] WithContext(Action<DerNode> change)
    {
        var message = Message();
        change(message.AttributeValue(EncodedOids.ExchangeContext));
        return message.SignedBy(Some.Alpha);
    }
}
