using System.CommandLine;
using Keelson.Client.Configuration;
using Keelson.Server.Audit;

namespace Keelson.Commands.ApiServer;

/// <summary>The options by which the API server is told what to write down of requests, called as upstream calls them.</summary>
internal sealed class AuditFlags
{
    /// <summary>What stands for the program's output in place of a file.</summary>
    private const string Output = "-";

    private readonly Option<FileInfo?> _policy = new("--audit-policy-file") { Description = "The policy that says what is written down of requests, in YAML or JSON (audit.k8s.io/v1, Policy)." };
    private readonly Option<string?> _log = new("--audit-log-path") { Description = "The file that events are written to, one a line; - for the standard output." };
    private readonly Option<int> _maxSize = new("--audit-log-maxsize") { Description = "The megabytes after which a new file is begun.", DefaultValueFactory = _ => 100 };
    private readonly Option<int> _maxBackup = new("--audit-log-maxbackup") { Description = "How many older files are kept; 0 for all." };
    private readonly Option<int> _maxAge = new("--audit-log-maxage") { Description = "How many days older files are kept; 0 for ever." };
    private readonly Option<string> _logMode = new("--audit-log-mode") { Description = "batch, blocking or blocking-strict.", DefaultValueFactory = _ => "blocking" };
    private readonly Option<FileInfo?> _webhook = new("--audit-webhook-config-file") { Description = "A kubeconfig that names the server that events are sent to." };
    private readonly Option<string> _webhookMode = new("--audit-webhook-mode") { Description = "batch, blocking or blocking-strict.", DefaultValueFactory = _ => "batch" };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _policy, _log, _maxSize, _maxBackup, _maxAge, _logMode, _webhook, _webhookMode }) command.Add(option);
    }

    /// <summary>What was asked for; null if nothing is to be written down.</summary>
    public AuditOptions? Read(ParseResult arguments)
    {
        var (log, webhook) = (arguments.GetValue(_log), arguments.GetValue(_webhook));
        if (log is null && webhook is null) return null;
        if (arguments.GetValue(_policy) is not { } file) throw new ArgumentException("where events go is known, and not which: --audit-policy-file is missing");
        var backends = new List<(IAuditBackend, AuditMode)>();
        if (log is not null) backends.Add((LogTo(log, arguments), ModeOf(arguments.GetRequiredValue(_logMode), _logMode)));
        if (webhook is not null) backends.Add((SendTo(webhook), ModeOf(arguments.GetRequiredValue(_webhookMode), _webhookMode)));
        return new AuditOptions { Policy = PolicyIn(file), Backends = backends };
    }

    private IAuditBackend LogTo(string path, ParseResult arguments)
    {
        if (path == Output) return new AuditLogStream(Console.OpenStandardOutput());
        var limits = new AuditLogLimits { MaxMegabytes = AtLeast(1, _maxSize, arguments), MaxFiles = AtLeast(0, _maxBackup, arguments), MaxDays = AtLeast(0, _maxAge, arguments) };
        return new AuditLogFile(path, limits, TimeProvider.System);
    }

    private static AuditWebhook SendTo(FileInfo kubeconfig)
    {
        var configuration = new ConfigurationLoader { Path = kubeconfig.FullName }.Load();
        return new AuditWebhook(Connections.Create(configuration, TimeProvider.System), configuration.Server, TimeProvider.System);
    }

    private static AuditPolicy PolicyIn(FileInfo file)
    {
        try
        {
            return AuditPolicyReader.Read(File.ReadAllBytes(file.FullName));
        }
        catch (FormatException wrong)
        {
            throw new ArgumentException($"{file.FullName}: {wrong.Message}", wrong);
        }
    }

    private static int AtLeast(int least, Option<int> option, ParseResult arguments) =>
        arguments.GetValue(option) is var value && value >= least ? value : throw new ArgumentException($"{option.Name} has to be at least {least}");

    private static AuditMode ModeOf(string text, Option<string> option) => text switch
    {
        "batch" => AuditMode.Batch,
        "blocking" => AuditMode.Blocking,
        "blocking-strict" => AuditMode.BlockingStrict,
        _ => throw new ArgumentException($"{option.Name}: {text} is none of batch, blocking, blocking-strict"),
    };
}
