DROP INDEX "project_members_joined";--> statement-breakpoint
CREATE INDEX "project_members_joined" ON "project_members" USING btree ("project_id","joined_at","is_bot");