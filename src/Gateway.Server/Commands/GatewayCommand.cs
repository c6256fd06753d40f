using System.CommandLine;

namespace Gateway.Server.Commands;

/// <summary>The one executable: the daemon and every tool around it.</summary>
internal static class GatewayCommand
{
    public static RootCommand Create() => new("De-identifies media and exchanges sealed identification mappings between telecommunication service providers.")
    {
        ServeCommand.Create(),
        DemoCommand.Create(),
        DeidentifyCommand.Create(),
        CertsCommand.Create(),
        AgreementCommand.Create(),
        CheckConfigCommand.Create(),
        EvidenceCommand.Create(),
        VerifyCommand.Create(),
        EvaluateCommand.Create(),
        OriginalsCommand.Create(),
        DoctorCommand.Create(),
        ConformanceCommand.Create(),
        DecodeWorkerCommand.Create(),
    };
}
