using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;

namespace Gateway.Server.Commands;

/// <summary>
/// What the platform's own CMS reader thinks of a signature. It is told, never decisive: it accepts forgeries that the profile excludes.
/// </summary>
internal static class SecondOpinion
{
    public static bool Agrees(byte[] der)
    {
        try
        {
            var signed = new SignedCms();
            signed.Decode(der);
            signed.CheckSignature(verifySignatureOnly: true);
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
