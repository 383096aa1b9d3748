namespace Keelson.Control.Scheduler.Framework;

/// <summary>A plugin of a profile, with what its score counts.</summary>
internal readonly record struct ProfileEntry(IPlugin Plugin, int Weight = 1);

/// <summary>The plugins that place the pods of one scheduler name, in order; sorted by extension point once.</summary>
internal sealed class Profile
{
    private readonly Dictionary<string, IPlugin> _byName = [];

    public Profile(string schedulerName, IReadOnlyList<ProfileEntry> entries)
    {
        SchedulerName = schedulerName;
        Plugins = [.. entries.Select(entry => entry.Plugin)];
        foreach (var plugin in Plugins) _byName.Add(plugin.Name, plugin);
        PreEnqueue = [.. Plugins.OfType<IPreEnqueue>()];
        QueueSort = Plugins.OfType<IQueueSort>().Single();
        PreFilters = [.. Plugins.OfType<IPreFilter>()];
        LocalFilters = [.. Plugins.OfType<IFilter>().Where(filter => filter.IsLocal)];
        WideFilters = [.. Plugins.OfType<IFilter>().Where(filter => !filter.IsLocal)];
        PostFilters = [.. Plugins.OfType<IPostFilter>()];
        Scores = [.. entries.Where(entry => entry.Plugin is IScore).Select(entry => new WeighedScore((IScore)entry.Plugin, entry.Weight))];
        Reserves = [.. Plugins.OfType<IReserve>()];
        Permits = [.. Plugins.OfType<IPermit>()];
        PreBinds = [.. Plugins.OfType<IPreBind>()];
        Binds = [.. Plugins.OfType<IBind>()];
        PostBinds = [.. Plugins.OfType<IPostBind>()];
    }

    public string SchedulerName { get; }

    public IReadOnlyList<IPlugin> Plugins { get; }

    public IPreEnqueue[] PreEnqueue { get; }

    public IQueueSort QueueSort { get; }

    public IPreFilter[] PreFilters { get; }

    /// <summary>Filters that look at the node alone; they come first.</summary>
    public IFilter[] LocalFilters { get; }

    public IFilter[] WideFilters { get; }

    public IPostFilter[] PostFilters { get; }

    public WeighedScore[] Scores { get; }

    public IReserve[] Reserves { get; }

    public IPermit[] Permits { get; }

    public IPreBind[] PreBinds { get; }

    public IBind[] Binds { get; }

    public IPostBind[] PostBinds { get; }

    public IPlugin? Find(string name) => _byName.GetValueOrDefault(name);

    internal readonly record struct WeighedScore(IScore Plugin, int Weight);
}
