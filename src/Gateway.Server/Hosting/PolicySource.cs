using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Policies;
using Gateway.Deidentification.Records;
using Gateway.Server.Configuration;

namespace Gateway.Server.Hosting;

/// <summary>
/// The policy in force. Its file is read for every image and every stream: a policy that was changed, or cannot be reached any more, must not
/// wait for a restart to have an effect.
/// </summary>
internal sealed class PolicySource(DeidentificationSettings settings, IRegionDetector detector, ILogger log)
{
    private readonly DeidentificationPolicy _default =
        DeidentificationPolicy.Default(new PolicyReference(settings.PolicyId, settings.PolicyVersion), detector);

    private int _wasUnreadable;

    /// <summary>The policy of this moment; the strictest while the configured one cannot be read.</summary>
    public DeidentificationPolicy Current()
    {
        if (settings.PolicyFile.Length == 0)
        {
            return _default;
        }

        var policy = PolicyFile.Read(settings.PolicyFile, detector, out var findings);
        var isUnreadable = policy is null ? 1 : 0;
        if (Interlocked.Exchange(ref _wasUnreadable, isUnreadable) != isUnreadable)
        {
            if (policy is null)
            {
                log.PolicyUnreadable(string.Join("; ", findings));
            }
            else
            {
                log.PolicyReadable(policy.Reference.Id, policy.Reference.Version);
            }
        }

        return policy ?? DeidentificationPolicy.Strictest;
    }

    /// <summary>What is wrong with the file at this moment.</summary>
    public IReadOnlyList<Finding> Check()
    {
        if (settings.PolicyFile.Length == 0)
        {
            return [];
        }

        PolicyFile.Read(settings.PolicyFile, detector, out var findings);
        return [.. findings.Select(finding => new Finding("Deidentification:PolicyFile", finding, "put the policy right; until then the strictest policy is in force"))];
    }
}
