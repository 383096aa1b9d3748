using System.Text;
using Keelson.Client;
using Keelson.Node.Network;

namespace Keelson.Node.Proxy.Nftables;

/// <summary>Services in nftables: a table of our own in each address family, changed in one transaction for both, by difference.</summary>
internal sealed class NftablesBackend : IProxyBackend
{
    private readonly RuleSettings _settings;
    private readonly NftProgram _nft;
    private readonly (RuleFamily Family, RuleLedger Ledger)[] _tables;

    public NftablesBackend(RuleSettings settings, NetworkNamespace place)
    {
        _settings = settings;
        _nft = new NftProgram(place);
        _tables = [(RuleFamily.IPv4, new RuleLedger()), (RuleFamily.IPv6, new RuleLedger())];
    }

    /// <summary>How many characters the last transaction had.</summary>
    public int LastTransactionLength { get; private set; }

    public Task FillAsync(IReadOnlyCollection<ServicePicture> services, CancellationToken cancel)
    {
        var text = new StringBuilder();
        foreach (var (family, ledger) in _tables)
        {
            ledger.Clear();
            ledger.Change(services.Select(service => KeyValuePair.Create(service.Key, (Dictionary<RuleItem, string>?)ServiceRules.Of(service, family, _settings))));
            TableFrame.Write(text, family, _settings);
            TransactionText.Write(text, family, [.. ledger.All]);
        }

        return CommitAsync(text, cancel);
    }

    public Task ChangeAsync(IReadOnlyDictionary<ObjectKey, ServicePicture?> services, CancellationToken cancel)
    {
        var text = new StringBuilder();
        foreach (var (family, ledger) in _tables)
        {
            var changes = ledger.Change(services.Select(service => KeyValuePair.Create(
                service.Key,
                service.Value is null ? null : ServiceRules.Of(service.Value, family, _settings, ledger.Needs(service.Key)))));
            TransactionText.Write(text, family, changes);
        }

        return text.Length == 0 ? Task.CompletedTask : CommitAsync(text, cancel);
    }

    public async Task<bool> IsThereAsync(CancellationToken cancel)
    {
        // Emptying a chain that is empty changes nothing, and fails where the table is gone.
        var text = string.Concat(_tables.Select(static table => $"flush chain {table.Family.Table} {TableFrame.Alive}\n"));
        try
        {
            await _nft.CommitAsync(text, cancel).ConfigureAwait(false);
            return true;
        }
        catch (ProxyException)
        {
            return false;
        }
    }

    public Task CleanUpAsync(CancellationToken cancel) =>
        _nft.CommitAsync(string.Concat(_tables.Select(static table => $"add table {table.Family.Table}\ndelete table {table.Family.Table}\n")), cancel);

    private Task CommitAsync(StringBuilder text, CancellationToken cancel)
    {
        LastTransactionLength = text.Length;
        return _nft.CommitAsync(text.ToString(), cancel);
    }
}
