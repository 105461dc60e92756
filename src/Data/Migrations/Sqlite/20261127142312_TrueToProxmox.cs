using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MultiPanel.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class TrueToProxmox : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "config",
                table: "vms",
                type: "TEXT",
                maxLength: 2147483647,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "guest",
                table: "vms",
                type: "TEXT",
                maxLength: 2147483647,
                nullable: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "guest_due_at",
                table: "vms",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "guest_tries",
                table: "vms",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<string>(
                name: "ha_state",
                table: "vms",
                type: "TEXT",
                maxLength: 255,
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "linked_to_id",
                table: "vms",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "lock",
                table: "vms",
                type: "TEXT",
                maxLength: 255,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "pool",
                table: "vms",
                type: "TEXT",
                maxLength: 255,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "qemu_state",
                table: "vms",
                type: "TEXT",
                maxLength: 255,
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "running_cores",
                table: "vms",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "running_memory_mb",
                table: "vms",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "started_at",
                table: "vms",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "pools",
                table: "companies",
                type: "TEXT",
                maxLength: 2147483647,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "pool",
                table: "clusters",
                type: "TEXT",
                maxLength: 255,
                nullable: true);

            migrationBuilder.CreateTable(
                name: "installations",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false),
                    key = table.Column<string>(type: "TEXT", maxLength: 12, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_installations", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_vms_guest_due_at",
                table: "vms",
                column: "guest_due_at");

            migrationBuilder.CreateIndex(
                name: "ix_vms_linked_to_id",
                table: "vms",
                column: "linked_to_id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "installations");

            migrationBuilder.DropIndex(
                name: "ix_vms_guest_due_at",
                table: "vms");

            migrationBuilder.DropIndex(
                name: "ix_vms_linked_to_id",
                table: "vms");

            migrationBuilder.DropColumn(
                name: "config",
                table: "vms");

            migrationBuilder.DropColumn(
                name: "guest",
                table: "vms");

            migrationBuilder.DropColumn(
                name: "guest_due_at",
                table: "vms");

            migrationBuilder.DropColumn(
                name: "guest_tries",
                table: "vms");

            migrationBuilder.DropColumn(
                name: "ha_state",
                table: "vms");

            migrationBuilder.DropColumn(
                name: "linked_to_id",
                table: "vms");

            migrationBuilder.DropColumn(
                name: "lock",
                table: "vms");

            migrationBuilder.DropColumn(
                name: "pool",
                table: "vms");

            migrationBuilder.DropColumn(
                name: "qemu_state",
                table: "vms");

            migrationBuilder.DropColumn(
                name: "running_cores",
                table: "vms");

            migrationBuilder.DropColumn(
                name: "running_memory_mb",
                table: "vms");

            migrationBuilder.DropColumn(
                name: "started_at",
                table: "vms");

            migrationBuilder.DropColumn(
                name: "pools",
                table: "companies");

            migrationBuilder.DropColumn(
                name: "pool",
                table: "clusters");
        }
    }
}
