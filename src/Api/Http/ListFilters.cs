using Microsoft.EntityFrameworkCore;

namespace MultiPanel.Api.Http;

/// <summary>What lists of rows with a number as id have in common.</summary>
internal static class ListFilters
{
    /// <param name="rows">Rows with a <c>ClusterId</c>.</param>
    /// <param name="cluster">The parameter <c>cluster_id</c>; null: every cluster.</param>
    /// <param name="rules">Takes what is wrong with it.</param>
    public static IQueryable<T> InCluster<T>(this IQueryable<T> rows, string? cluster, Rules rules) where T : class =>
        QueryText.Id("cluster_id", cluster, rules) is { } id ? rows.Where(row => EF.Property<int>(row, "ClusterId") == id) : rows;

    /// <summary>The page that is asked for, newest first, and one row more, which shows whether there is a next page.</summary>
    /// <param name="rows">Rows with an <c>Id</c>; newer rows have higher ones.</param>
    /// <param name="limit">The parameter <c>limit</c>.</param>
    /// <param name="cursor">The parameter <c>cursor</c>.</param>
    /// <param name="rules">Takes what is wrong with them.</param>
    public static (IQueryable<T> Rows, Page<int> Page) NewestFirst<T>(this IQueryable<T> rows, string? limit, string? cursor, Rules rules) where T : class
    {
        var page = Page<int>.Read(limit, cursor, rules);
        var left = page.After is { } after ? rows.Where(row => EF.Property<int>(row, "Id") < after) : rows;
        return (left.OrderByDescending(row => EF.Property<int>(row, "Id")).Take(page.Limit + 1), page);
    }
}
